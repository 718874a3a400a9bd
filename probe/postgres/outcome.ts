import type { Attempt } from '../contract.ts';

/** How far an attempt had come when it failed: `connect` until the server was ready for a statement, then `statement`. */
export type Phase = 'connect' | 'statement';

type Failure = Pick<Attempt, 'outcome'> & { outcome: 'failed' | 'indeterminate'; code: string };

/**
 * Errors that provably come before anything is appended (docs/quorum.md, section 3). Whatever is not listed here is indeterminate:
 * the write may have been applied.
 */
const failed: { [phase in Phase]: RegExp } = {
  // refused by the kernel; cannot connect now; too many connections; login refused
  connect: /^(ECONNREFUSED|57P03|53300|28...)$/,
  // read-only transaction; cannot connect now
  statement: /^(25006|57P03)$/,
};

export function judge(phase: Phase, error: unknown): Failure {
  const code = codeOf(error);
  return { outcome: failed[phase].test(code) ? 'failed' : 'indeterminate', code };
}

/**
 * The code of a notice that takes the success away, or undefined. Cancelling a commit that waits for its standbys succeeds with
 * a mere warning, so any notice that is not plain information (00000) does; texts are translated, codes are not.
 */
export function doubtOf(notice: { code?: string | undefined }): string | undefined {
  return notice.code === '00000' ? undefined : `notice ${notice.code}`;
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return String(message ?? error).startsWith('Connection terminated') ? 'closed' : 'unknown';
}
