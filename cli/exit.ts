import { BadInput } from '../core/errors.ts';
import type { Report } from '../core/report.ts';

/** The exit codes that pipelines rely on. */
export const exit = { pass: 0, fail: 1, inconclusive: 2, refused: 3, aborted: 4, usage: 64, internal: 70 } as const;

/** Outcome first, then verdict. A store left unhealed is a failure whatever the drill proved. */
export function exitCode(report: Pick<Report, 'outcome' | 'verdict'>): number {
  if (report.outcome === 'refused') return exit.refused;
  if (report.outcome === 'aborted') return exit.aborted;
  if (report.outcome === 'unhealed') return exit.fail;
  return exit[report.verdict];
}

/** Message and exit code of whatever a command threw; the stack only where it is our own mistake. */
export function describe(error: unknown): { code: number; text: string } {
  if (error instanceof BadInput) return { code: exit.usage, text: `drill: ${error.message}` };
  if (error instanceof Error) return { code: exit.internal, text: `drill: internal error: ${error.stack ?? error.message}` };
  return { code: exit.internal, text: `drill: internal error: ${String(error)}` };
}
