import { BadInput } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { NotRun } from './not-run.ts';

/** The exit codes that pipelines rely on. */
export const exit = { pass: 0, fail: 1, inconclusive: 2, refused: 3, aborted: 4, usage: 64, internal: 70 } as const;

/** Outcome first, then verdict. A store left unhealed is a failure whatever the drill proved. */
export function exitCode(report: Pick<Report, 'outcome' | 'verdict'>): number {
  if (report.outcome === 'refused') return exit.refused;
  if (report.outcome === 'aborted') return exit.aborted;
  if (report.outcome === 'unhealed') return exit.fail;
  return exit[report.verdict];
}

const workflowCodes: { [error: string]: number } = {
  DrillFailed: exit.fail,
  DrillUnhealed: exit.fail,
  DrillInconclusive: exit.inconclusive,
  DrillRefused: exit.refused,
  DrillDuplicate: exit.refused,
  DrillAborted: exit.aborted,
  // Nobody saw how it ended, which is no success.
  DrillUnseen: exit.inconclusive,
};

/**
 * The exit code of a whole run: a report that passes counts only when the workflow succeeded too, for after grading the
 * store may still not have been released. `error` is the workflow's, null when it succeeded.
 */
export function runCode(report: Pick<Report, 'outcome' | 'verdict'> | null, error: string | null): number {
  const ended = error === null ? exit.pass : (workflowCodes[error] ?? exit.internal);
  if (report === null) return ended === exit.pass ? exit.internal : ended;
  const graded = exitCode(report);
  return graded === exit.pass ? ended : graded;
}

/** Whether the workflow ended as the report says. */
export function endedAsReported(report: Pick<Report, 'outcome' | 'verdict'>, error: string | null): boolean {
  if (error === null) return exitCode(report) === exit.pass;
  return workflowCodes[error] === exitCode(report) && (error === 'DrillUnhealed') === (report.outcome === 'unhealed');
}

/** Message and exit code of whatever a command threw; the stack only where it is our own mistake. */
export function describe(error: unknown): { code: number; text: string } {
  if (error instanceof BadInput) return { code: exit.usage, text: `drill: ${error.message}` };
  if (error instanceof NotRun) return { code: exit.refused, text: `drill: not run: ${error.message}` };
  if (error instanceof Error) return { code: exit.internal, text: `drill: internal error: ${error.stack ?? error.message}` };
  return { code: exit.internal, text: `drill: internal error: ${String(error)}` };
}
