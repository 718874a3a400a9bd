import { join, resolve } from 'node:path';
import type { Drill } from '../core/drill.ts';
import type { Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { renderJson } from '../report/json.ts';
import { renderTerminal } from '../report/terminal.ts';
import { drillNamed } from './drill-named.ts';
import { endedAsReported, exit, runCode } from './exit.ts';
import { outFolder, writeReport, writeRun } from './files.ts';
import { interruption } from './interruption.ts';
import { type Output, print } from './output.ts';
import { type Place, type PlaceOptions, placeOf } from './place.ts';
import { progressPrinter } from './progress.ts';
import { newRunName } from './run-name.ts';

export interface Ran {
  drill: Drill;
  run: string;
  folder: string;
  record: Record | null;
  report: Report | null;
  why: string;
  code: number;
}

/** `drill run NAME`: one drill, from its start to its scorecard; the exit code is its outcome. */
export async function run(name: string, options: PlaceOptions & { out?: string }, out: Output): Promise<number> {
  const place = await placeOf(options);
  const drill = drillNamed(name, place.drills);
  const interrupted = interruption(place.question);
  const ran = await runOne(drill, { place, interrupted, ...(options.out === undefined ? {} : { out: options.out }) }, out);
  if (out.json)
    await print(
      renderJson(
        ran.report ?? {
          drill: ran.drill.name,
          run: ran.run,
          outcome: ran.code === exit.aborted ? 'aborted' : ran.code === exit.refused ? 'refused' : 'unknown',
          why: ran.why,
        },
      ),
    );
  return ran.code;
}

export interface OneOptions {
  place: Pick<Place, 'run'>;
  interrupted: AbortSignal;
  out?: string;
}

/** Runs one drill, prints its scorecard unless `--json`, and leaves its files in `folder`. */
export async function runOne(drill: Drill, options: OneOptions, out: Output): Promise<Ran> {
  const run = newRunName(drill.name);
  const folder = await outFolder(options.out ?? join('runs', drill.name, run));
  const progress = progressPrinter(out.color);
  const result = await options.place.run(drill, { run, folder: resolve(folder), interrupted: options.interrupted, progress });
  const { record, error } = result;
  const report = result.report === null ? null : asEnded(result.report, error);
  const code = report === null && options.interrupted.aborted ? exit.aborted : runCode(report, error);
  if (!record || !report) {
    process.stderr.write(`\n${drill.name}: ${report?.why ?? result.why}\n`);
    if (report) await writeReport(folder, report);
    return { drill, run, folder, record, report, why: result.why, code };
  }
  await writeRun(folder, record, report);
  if (!out.json)
    await print(
      `\n${renderTerminal(report, record, out)}\n${['record.json', 'report.json', 'report.html'].map((file) => `  ${join(folder, file)}`).join('\n')}\n`,
    );
  return { drill, run, folder, record, report, why: report.why, code };
}

/** A report whose workflow ended otherwise is not what was expected, however good it looks. */
function asEnded(report: Report, error: string | null): Report {
  if (endedAsReported(report, error)) return report;
  return { ...report, as_expected: false, why: `${report.why}; yet the workflow ended as ${error ?? 'a success'}` };
}
