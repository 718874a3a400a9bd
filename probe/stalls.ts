import type { Stall } from '../core/record.ts';

/**
 * The process's own stalls, seen by a timer that should fire every few milliseconds: while it is overdue the process did not
 * run, so it neither sent nor noticed anything.
 */
export class StallWatch {
  readonly interval_ms: number;
  #threshold_ms: number;
  #last: number;
  #longest_ms = 0;
  #stalls: Stall[] = [];

  constructor(started_at: number, interval_ms = 5, threshold_ms = 50) {
    this.#last = started_at;
    this.interval_ms = interval_ms;
    this.#threshold_ms = threshold_ms;
  }

  /** The timer fired. */
  tick(now: number): void {
    const due = this.#last + this.interval_ms;
    const late_ms = now - due;
    if (late_ms > this.#threshold_ms) this.#stalls.push({ from: due, to: now });
    this.#longest_ms = Math.max(this.#longest_ms, late_ms);
    this.#last = now;
  }

  /** Stalls above the threshold, oldest first. */
  stalls(): Stall[] {
    return [...this.#stalls];
  }

  get longest_ms(): number {
    return this.#longest_ms;
  }
}
