import type { StateError } from './state-error.ts';
import type { Catcher, Retrier } from './state-machine.ts';

/** True when an entry of Retry or Catch names this error. `States.TaskFailed` is any error of a task but a timeout. */
export function matches(names: string[], thrown: StateError): boolean {
  if (thrown.terminal) return false;
  return names.some(
    (name) => name === thrown.error || name === 'States.ALL' || (name === 'States.TaskFailed' && thrown.error !== 'States.Timeout'),
  );
}

/** The first catcher that names this error. */
export function catcherFor(catchers: Catcher[] | undefined, thrown: StateError): Catcher | undefined {
  return catchers?.find((catcher) => matches(catcher.ErrorEquals, thrown));
}

/** Counts the attempts of one visit to a state, each retrier for itself. */
export class Attempts {
  readonly #retriers: Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: Retrier[] | undefined) {
    this.#retriers = retriers ?? [];
  }

  /** Milliseconds to wait before the next attempt; undefined when there is none. */
  delayAfter(thrown: StateError): number | undefined {
    const retrier = this.#retriers.find((entry) => matches(entry.ErrorEquals, thrown));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used.set(retrier, used + 1);
    const delay_s = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
    return Math.min(delay_s, retrier.MaxDelaySeconds ?? delay_s) * 1000;
  }
}
