/** One planned attempt. */
export interface Planned {
  n: number;
  planned_at: number;
}

/**
 * An open loop: attempt n is planned at start + n x period, whatever became of those before it. None is ever dropped: a late one
 * is handed out late and keeps its planned time.
 */
export class Schedule {
  readonly start_at: number;
  readonly period_ms: number;
  #next = 0;

  constructor(start_at: number, period_ms: number) {
    if (!(period_ms > 0 && Number.isFinite(period_ms))) throw new RangeError(`a schedule needs a period above 0 ms, not ${period_ms}`);
    this.start_at = start_at;
    this.period_ms = period_ms;
  }

  /** When the next attempt is planned. */
  get next_at(): number {
    return this.start_at + this.#next * this.period_ms;
  }

  /** Attempts planned at or before `now` that were not handed out yet, oldest first. */
  *due(now: number): Iterable<Planned> {
    while (this.next_at <= now) {
      const planned_at = this.next_at;
      yield { n: this.#next++, planned_at };
    }
  }
}
