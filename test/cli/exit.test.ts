import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endedAsReported, runCode } from '../../cli/exit.ts';
import { outFolder } from '../../cli/files.ts';
import type { Report } from '../../core/report.ts';

type Graded = Pick<Report, 'outcome' | 'verdict'> | null;
const completed = (verdict: Report['verdict']): Graded => ({ outcome: 'completed', verdict });
const ended = (outcome: Report['outcome']): Graded => ({ outcome, verdict: 'inconclusive' });

test.each<[string, Graded, string | null, number, boolean]>([
  ['a pass that was released', completed('pass'), null, 0, true],
  ['a pass whose store was not released', completed('pass'), 'DrillUnhealed', 1, false],
  ['a pass whose workflow died', completed('pass'), 'States.Runtime', 70, false],
  ['a pass whose workflow ran out of time', completed('pass'), 'TIMED_OUT', 70, false],
  ['a failure', completed('fail'), 'DrillFailed', 1, true],
  ['a failure whose store was not released', completed('fail'), 'DrillUnhealed', 1, false],
  ['a failure that the workflow called a success', completed('fail'), null, 1, false],
  ['doubt', completed('inconclusive'), 'DrillInconclusive', 2, true],
  ['a refusal', ended('refused'), 'DrillRefused', 3, true],
  ['an abort', ended('aborted'), 'DrillAborted', 4, true],
  ['unhealed', ended('unhealed'), 'DrillUnhealed', 1, true],
])('%s', (_, report, error, code, as_reported) => {
  expect(runCode(report, error)).toBe(code);
  expect(report !== null && endedAsReported(report, error)).toBe(as_reported);
});

test.each([
  ['DrillRefused', 3],
  ['DrillDuplicate', 3],
  ['DrillAborted', 4],
  ['DrillUnhealed', 1],
  ['DrillInconclusive', 2],
  ['States.DataLimitExceeded', 70],
  [null, 70],
])('without a report, %s ends with %i: only what was not run is refused', (error, code) => {
  expect(runCode(null, error)).toBe(code);
});

test('what an earlier run left in the folder is no result of this one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drill-out-'));
  for (const name of ['record.json', 'report.json', 'report.html', 'notes.txt']) await writeFile(join(folder, name), 'a pass');
  expect(await outFolder(folder)).toBe(folder);
  expect(await readdir(folder)).toEqual(['notes.txt']);
  await rm(folder, { recursive: true });
});
