import type { Outage } from './record.ts';

/** An attempt that was sent: `ok` when acknowledged, else failed or indeterminate. Unsent attempts are no evidence and stay out. */
export interface Sample {
  sent_at: number;
  done_at: number;
  ok: boolean;
}

interface Open {
  start_lo: number;
  /** Earliest completion of an attempt that was not ok: by then the outage had begun. */
  first_done_at: number;
  /** Last send of an attempt that was not ok: then the outage had not ended. */
  last_sent_at: number;
  end_hi: number | null;
  attempts: number;
}

/**
 * Finds the outages of one lane in a stream of attempts in send order (docs/quorum.md, section 3). An attempt tells that the
 * service was up, or down, at some instant between its send and its completion. So an ok attempt counts as before an outage
 * only if it completed before a later one failed to be served, and as after it only if it was sent once a failure was known;
 * attempts in flight together may come back in any order without splitting one outage in two.
 */
export class OutageTracker {
  #done: Outage[] = [];
  #open: Open | null = null;
  #okBefore: number | null = null;
  #firstSent: number | null = null;
  #inFlight: Sample[] = [];

  add(sample: Sample): void {
    this.#firstSent ??= sample.sent_at;
    this.#land(sample.sent_at);
    if (sample.ok) this.#ok(sample);
    else this.#notOk(sample);
  }

  /** All outages so far, oldest first; the last one is open (`end` null) until an ok was sent after a known failure. */
  outages(): Outage[] {
    return this.#open === null ? [...this.#done] : [...this.#done, closed(this.#open)];
  }

  #ok(sample: Sample): void {
    const open = this.#open;
    if (open !== null && sample.sent_at >= open.first_done_at)
      open.end_hi = Math.min(open.end_hi ?? Number.POSITIVE_INFINITY, sample.done_at);
    this.#inFlight.push(sample);
  }

  #notOk(sample: Sample): void {
    if (this.#open?.end_hi != null && this.#open.end_hi <= sample.sent_at) {
      this.#done.push(closed(this.#open));
      this.#open = null;
    }
    const before = this.#okBefore ?? this.#firstSent ?? sample.sent_at;
    if (this.#open === null) {
      this.#open = { start_lo: before, first_done_at: sample.done_at, last_sent_at: sample.sent_at, end_hi: null, attempts: 1 };
      return;
    }
    // Oks among the failures that were sent before any failure was known belong to the time before the outage.
    const open = this.#open;
    if (before < open.first_done_at) open.start_lo = Math.max(open.start_lo, before);
    open.first_done_at = Math.min(open.first_done_at, sample.done_at);
    open.last_sent_at = Math.max(open.last_sent_at, sample.sent_at);
    open.end_hi = null;
    open.attempts += 1;
  }

  /** Moves the oks that had completed by `sent_at` out of flight: what is kept is bounded by the attempts in flight. */
  #land(sent_at: number): void {
    if (this.#inFlight.length === 0) return;
    const still: Sample[] = [];
    for (const sample of this.#inFlight) {
      if (sample.done_at > sent_at) still.push(sample);
      else this.#okBefore = Math.max(this.#okBefore ?? sample.sent_at, sample.sent_at);
    }
    this.#inFlight = still;
  }
}

function closed(open: Open): Outage {
  const end: Outage['end'] = open.end_hi === null ? null : [open.last_sent_at, open.end_hi];
  return { start: [open.start_lo, open.first_done_at], end, attempts: open.attempts };
}
