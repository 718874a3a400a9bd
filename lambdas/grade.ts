import type { Drill } from '../core/drill.ts';
import { grade as gradeRecord } from '../core/grade.ts';
import { parseRecord } from '../core/record-schema.ts';
import type { Report } from '../core/report.ts';
import { bareReport } from './bare-report.ts';
import { drillOf, rowOf } from './row.ts';
import { keys, store } from './store-evidence.ts';
import { reason, type TaskInput, task } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

export interface GradeResult {
  verdict: Report['verdict'];
  grade: Report['grade'];
  key: string;
}

/** Grades the stored Record and stores the Report. A run that has its report keeps it; a run without a Record is graded, inconclusive, from its row. */
export const grade = task('Grade', async (tools: Tools, input: TaskInput): Promise<GradeResult> => {
  const row = await rowOf(tools, input.run);
  if (row.keys.report !== null) return answer((await tools.evidence.get(row.keys.report)) as Report, row.keys.report);
  const report = await judged(tools, row, drillOf(tools, row));
  const key = await store(tools, keys.report(row.run), report);
  const written = await tools.runs.change(row.run, (own) =>
    own.keys.report === null ? { ...own, keys: { ...own.keys, report: key } } : null,
  );
  return answer(report, written.keys.report ?? key);
});

async function judged(tools: Tools, row: RunRow, drill: Drill): Promise<Report> {
  if (row.keys.record === null) return bareReport(row, drill, tools.source, tools.clock.now(), 'no record could be collected');
  try {
    return gradeRecord(drill, parseRecord(await tools.evidence.get(row.keys.record)));
  } catch (error) {
    return bareReport(row, drill, tools.source, tools.clock.now(), `the record cannot be graded: ${reason(error)}`);
  }
}

function answer(report: Report, key: string): GradeResult {
  return { verdict: report.verdict, grade: report.grade, key };
}
