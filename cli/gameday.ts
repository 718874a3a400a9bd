import { join } from 'node:path';
import type { Drill } from '../core/drill.ts';
import { drills, gameDay } from '../drills/index.ts';
import { renderJson } from '../report/json.ts';
import { renderDay } from '../report/terminal.ts';
import { drillNamed } from './drill-named.ts';
import { exit } from './exit.ts';
import { interruption } from './interruption.ts';
import { type Output, print } from './output.ts';
import { type Ran, runOne } from './run.ts';

/** `drill gameday [NAMES]`: one drill after another; 0 when every drill ended as it must, a twin that must fail included. */
export async function gameday(names: string[], options: { all?: boolean; out?: string }, out: Output): Promise<number> {
  const chosen = options.all ? drills : (names.length > 0 ? names : gameDay).map(drillNamed);
  const interrupted = interruption();
  const ran: Ran[] = [];
  for (const [i, drill] of chosen.entries()) {
    process.stderr.write(`\ndrill ${i + 1} of ${chosen.length}: ${drill.name}: ${drill.title}\n`);
    const one = await runOne(drill, { interrupted, ...folderOf(options.out, drill) }, out);
    ran.push(one);
    if (interrupted.aborted || one.report?.outcome === 'unhealed') break;
  }
  const code = dayCode(ran, chosen.length);
  if (out.json)
    await print(
      renderJson(
        ran.map(({ drill, folder, report, why, code }) => ({
          drill: drill.name,
          folder,
          why,
          code,
          as_expected: report?.as_expected ?? false,
          report,
        })),
      ),
    );
  else {
    const entries = ran.map(({ drill, report, why }) => ({ drill, report, why }));
    await print(`\n${renderDay(entries, chosen.length, out)}`);
  }
  return code;
}

function folderOf(out: string | undefined, drill: Drill): { out?: string } {
  return out === undefined ? {} : { out: join(out, drill.name) };
}

/** The first drill that did not end as it must gives the code; one that passed although it must fail is a failure. */
function dayCode(ran: Ran[], planned: number): number {
  const wrong = ran.find((one) => !one.report?.as_expected);
  if (wrong) return wrong.code === exit.pass ? exit.fail : wrong.code;
  return ran.length < planned ? exit.refused : exit.pass;
}
