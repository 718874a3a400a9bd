import { join } from 'node:path';
import type { Drill } from '../core/drill.ts';
import { MissingEngine } from '../lab/missing-engine.ts';
import { renderJson } from '../report/json.ts';
import { renderDay } from '../report/terminal.ts';
import { drillNamed } from './drill-named.ts';
import { exit } from './exit.ts';
import { interruption } from './interruption.ts';
import { type Output, print } from './output.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { type Ran, runOne } from './run.ts';

export interface DayOptions extends PlaceOptions {
  all?: boolean;
  out?: string;
  /** A drill whose engine cannot be had counts as not run: 3. */
  requireAll?: boolean;
}

/** A drill of the day; `not_run` says that its engine cannot be had here, so that nothing was started. */
type Entry = Pick<Ran, 'drill' | 'report' | 'why' | 'code'> & { folder: string | null; not_run: boolean };

/**
 * `drill gameday [NAMES]`: one drill after another; 0 when every drill ended as it must, a twin that must fail included. A drill
 * whose engine cannot be had is listed as not run, which is 3 only where all are required.
 */
export async function gameday(names: string[], options: DayOptions, out: Output): Promise<number> {
  const place = await placeOf(options);
  const wanted = names.length > 0 ? names : place.day;
  const chosen = options.all ? place.drills : wanted.map((name) => drillNamed(name, place.drills));
  const interrupted = interruption(place.question);
  const ran: Entry[] = [];
  for (const [i, drill] of chosen.entries()) {
    process.stderr.write(`\ndrill ${i + 1} of ${chosen.length}: ${drill.name}: ${drill.title}\n`);
    const one = await runOrMissing(drill, { place, interrupted, ...folderOf(options.out, drill) }, out);
    ran.push(one);
    if (interrupted.aborted || one.report?.outcome === 'unhealed') break;
  }
  const code = dayCode(ran, chosen.length, options.requireAll === true);
  if (out.json)
    await print(
      renderJson(
        ran.map(({ drill, folder, report, why, code, not_run }) => ({
          drill: drill.name,
          folder,
          not_run,
          why,
          code,
          as_expected: report?.as_expected ?? false,
          report,
        })),
      ),
    );
  else {
    const entries = ran.map(({ drill, report, why, not_run }) => ({ drill, report, why, not_run }));
    await print(`\n${renderDay(entries, chosen.length, out)}`);
  }
  return code;
}

async function runOrMissing(drill: Drill, options: Parameters<typeof runOne>[1], out: Output): Promise<Entry> {
  try {
    return { ...(await runOne(drill, options, out)), not_run: false };
  } catch (error) {
    if (!(error instanceof MissingEngine)) throw error;
    process.stderr.write(`${drill.name}: not run: ${error.message}\n`);
    return { drill, folder: null, report: null, why: error.message, code: exit.refused, not_run: true };
  }
}

function folderOf(out: string | undefined, drill: Drill): { out?: string } {
  return out === undefined ? {} : { out: join(out, drill.name) };
}

/** The first drill that did not end as it must gives the code; one that passed although it must fail is a failure. */
export function dayCode(ran: Pick<Entry, 'report' | 'code' | 'not_run'>[], planned: number, requireAll: boolean): number {
  const wrong = ran.find((one) => !one.report?.as_expected && !one.not_run);
  if (wrong) return wrong.code === exit.pass ? exit.fail : wrong.code;
  // A day on which nothing at all could be run proves nothing.
  const missing = ran.filter(({ not_run }) => not_run).length;
  return ran.length < planned || missing === planned || (requireAll && missing > 0) ? exit.refused : exit.pass;
}
