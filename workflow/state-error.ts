/** Longest cause that an error carries on, in characters. */
const cause_chars = 32_768;

/**
 * A failure in the language's own terms. A terminal one ends the execution whatever its Catch says: `States.ALL` matches
 * neither `States.Runtime` nor `States.DataLimitExceeded`.
 */
export class StateError extends Error {
  override name = 'StateError' as const;
  readonly error: string;
  readonly terminal: boolean;

  constructor(error: string, cause: string) {
    super(cause.slice(0, cause_chars));
    this.error = error;
    this.terminal = error === 'States.Runtime' || error === 'States.DataLimitExceeded';
  }
}

/** What a function threw: its error's name becomes the error, its message the cause. */
export function thrownByTask(thrown: unknown): StateError {
  return thrown instanceof Error ? new StateError(thrown.name, thrown.message) : new StateError('Error', String(thrown));
}

/** Thrown by a test's boundary hook: the process dies there, so nothing after it happens. */
export class Crash extends Error {
  override name = 'Crash' as const;
}

/** The execution, or the branch, was told to stop; never caught by a state. */
export class Stopped extends Error {
  override name = 'Stopped' as const;
  readonly status: 'ABORTED' | 'TIMED_OUT' | 'SIBLING';

  constructor(status: Stopped['status'], why: string) {
    super(why);
    this.status = status;
  }
}
