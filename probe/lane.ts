import { LaneLedger } from '../core/ledger.ts';
import { OutageTracker, type Sample } from '../core/outage.ts';
import type { Lane, ServerAcks } from '../core/record.ts';
import { StaleReads } from '../core/register.ts';
import type { Attempt, Target } from './contract.ts';
import { LaneHealth } from './health.ts';
import { OffsetRuns } from './offsets.ts';
import { Latencies } from './quantiles.ts';

/** Unique in a run, where every segment has its own number. */
export function laneName(target: Target, segment: number): string {
  return `${target.name}#${segment}`;
}

/** Everything that is kept of one lane: bits per attempt, and what is in flight; the rest does not grow with the attempts. */
export class LaneLog {
  readonly lane: string;
  readonly target: Target;
  readonly health = new LaneHealth();
  #segment: number;
  #started_at: number;
  #begun = 0;
  #inFlight = 0;
  #inFlightMax = 0;
  #counts = { ok: 0, failed: 0, unsent: 0 };
  #ledger = new LaneLedger();
  #outages = new OutageTracker();
  /** Completed, but an earlier one is still in flight: the tracker wants them in send order. */
  #early = new Map<number, Attempt>();
  #nextInOrder = 0;
  #servers = new Map<string, ServerAcks>();
  #codes = new Map<string, number>();
  #roundTrips = new Latencies();
  #stale = new StaleReads();
  #first_send_at = Number.POSITIVE_INFINITY;
  #last_done_at = Number.NEGATIVE_INFINITY;
  #offsets = new OffsetRuns();
  #producers = new Set<string>();

  constructor(target: Target, segment: number, started_at: number) {
    this.lane = laneName(target, segment);
    this.target = target;
    this.#segment = segment;
    this.#started_at = started_at;
  }

  get period_ms(): number {
    return 1000 / this.target.rate_hz;
  }

  /** Attempts are begun in order of their numbers; until its outcome is known, number n is indeterminate. */
  begin(n: number): void {
    this.#ledger.mark(n, 'indeterminate');
    this.#begun += 1;
    this.#inFlight += 1;
    this.#inFlightMax = Math.max(this.#inFlightMax, this.#inFlight);
  }

  end(n: number, attempt: Attempt): void {
    this.#inFlight -= 1;
    this.#last_done_at = Math.max(this.#last_done_at, attempt.done_at);
    // Late is not healthy, even where it is answered in the end.
    if (attempt.overdue_at !== undefined) this.health.note({ ...attempt, outcome: 'indeterminate', done_at: attempt.overdue_at });
    this.health.note(attempt);
    this.#mark(n, attempt);
    if (attempt.outcome !== 'ok' && attempt.code !== undefined) this.#codes.set(attempt.code, (this.#codes.get(attempt.code) ?? 0) + 1);
    this.#early.set(n, attempt);
    for (let next = this.#early.get(this.#nextInOrder); next; next = this.#early.get(this.#nextInOrder)) {
      this.#early.delete(this.#nextInOrder++);
      if (next.outcome !== 'unsent') this.#outages.add(sampleOf(next));
    }
  }

  /** The lane as the record keeps it; what is still in flight counts as indeterminate. Offsets only `final`ly: they are many. */
  record(final = true): Lane {
    const { ok, failed, unsent } = this.#counts;
    const stale_reads = this.#stale.report();
    return {
      lane: this.lane,
      target: this.target.name,
      kind: this.target.kind,
      segment: this.#segment,
      ...(this.target.partition === undefined ? {} : { partition: this.target.partition }),
      period_ms: this.period_ms,
      first_send_at: Number.isFinite(this.#first_send_at) ? this.#first_send_at : this.#started_at,
      last_done_at: Number.isFinite(this.#last_done_at) ? this.#last_done_at : this.#started_at,
      attempts: { ok, failed, indeterminate: this.#begun - ok - failed - unsent, unsent },
      outcomes: this.#ledger.outcomes(),
      outages: this.#outages.outages(),
      servers: [...this.#servers.values()].map((acks) => ({ ...acks })),
      codes: Object.fromEntries(this.#codes),
      round_trip_p50_ms: this.#roundTrips.quantile(0.5),
      in_flight_max: this.#inFlightMax,
      ...(final && this.#offsets.any ? { offsets: this.#offsets.runs() } : {}),
      ...(this.#producers.size > 0 ? { producers: [...this.#producers] } : {}),
      ...(stale_reads === undefined ? {} : { stale_reads }),
    };
  }

  #mark(n: number, attempt: Attempt): void {
    if (attempt.outcome === 'unsent') {
      this.#counts.unsent += 1;
      // It never left the process, so it was never applied.
      this.#ledger.mark(n, 'failed');
      return;
    }
    this.#first_send_at = Math.min(this.#first_send_at, attempt.sent_at);
    if (attempt.outcome === 'indeterminate') return;
    this.#counts[attempt.outcome] += 1;
    this.#ledger.mark(n, attempt.outcome);
    if (attempt.outcome !== 'ok') return;
    this.#roundTrips.add(attempt.done_at - attempt.sent_at);
    if (attempt.offset !== undefined) this.#offsets.add(n, attempt.offset);
    if (attempt.producer !== undefined) this.#producers.add(attempt.producer);
    if (attempt.register !== undefined) this.#stale.note(attempt.register, attempt.done_at);
    if (attempt.server !== undefined) this.#acknowledge(attempt.server, attempt);
  }

  #acknowledge(server: string, { sent_at, done_at }: Attempt): void {
    const acks = this.#servers.get(server);
    if (!acks) {
      this.#servers.set(server, {
        server,
        acked: 1,
        first_send_at: sent_at,
        first_done_at: done_at,
        last_send_at: sent_at,
        last_done_at: done_at,
      });
      return;
    }
    acks.acked += 1;
    acks.first_send_at = Math.min(acks.first_send_at, sent_at);
    acks.first_done_at = Math.min(acks.first_done_at, done_at);
    acks.last_send_at = Math.max(acks.last_send_at, sent_at);
    acks.last_done_at = Math.max(acks.last_done_at, done_at);
  }
}

/** An attempt that is never abandoned was not served in its time, whatever became of it later. */
function sampleOf({ outcome, sent_at, done_at, overdue_at }: Attempt): Sample {
  return overdue_at === undefined ? { sent_at, done_at, ok: outcome === 'ok' } : { sent_at, done_at: overdue_at, ok: false };
}
