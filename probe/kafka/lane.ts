import type { Clock } from '../../core/clock.ts';
import type { KafkaClient } from '../../core/drill.ts';
import type { Attempt, LaneDriver, Target } from '../contract.ts';
import type { Carrier } from './carrier.ts';
import type { Cluster } from './cluster.ts';
import type { OpenConnection } from './connection.ts';
import { codeOf, type Ending, isStale, judge } from './outcome.ts';
import { Pending } from './pending.ts';
import { nobody, type RecordWriter } from './records.ts';
import { type Dial, LeaderRoute, type RouteUser } from './route.ts';

export interface LaneOrder {
  target: Target;
  partition: number;
  topic: string;
  client: KafkaClient;
  attempt_timeout_ms: number;
  clock: Clock;
  cluster: Cluster;
  open: OpenConnection;
  writer: RecordWriter;
  closed: () => void;
}

/**
 * Requests of one lane are sent no faster than this: what comes meanwhile shares the next one. At high rates a request costs the
 * brokers more than its records do, so it carries more of them; an outage is then seen to within this time.
 */
export function requestsApart_ms({ rate_hz }: Target): number {
  return Math.min(25, Math.max(5, rate_hz / 100));
}

/** Unanswered requests on a connection; a broker serves them one by one, so more would only lengthen the way back. */
export const most_in_flight = 5;
const batch_bytes = 256 * 1024;
const most_unwritten_bytes = 1024 * 1024;

/** Batches that wait for an answer hold a small part of an attempt timeout's load, or a slow broker would work for what was given up. */
const share_in_batch = 1 / 16;
const least_records = 64;

export function mostRecords(writer: RecordWriter): number {
  return Math.max(1, Math.floor(batch_bytes / (writer.value_bytes + 20)));
}

/**
 * One partition's attempts, each sent once over one connection to its leader. What waits while there is none shares the fate of
 * the dials: a refusal speaks for all who waited when the dial was begun, a silent dial keeps them until their timeout, and
 * whoever waited in vain for a busy connection of ours is unsent. With acks 0 nothing is answered: ok means handed to the socket.
 */
export class KafkaLane implements LaneDriver, RouteUser {
  #order: LaneOrder;
  #route: LeaderRoute;
  #most_records: number;
  #apart_ms: number;
  /** In the order of their numbers, not carried and not held. */
  #waiting: Pending[] = [];
  /** All that may still be unsettled, in the order of their sends. */
  #all: Pending[] = [];
  #limit: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #soon = false;
  #sent_at = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(order: LaneOrder) {
    this.#order = order;
    const { partition, cluster, open, clock, attempt_timeout_ms, target } = order;
    const share = Math.ceil((target.rate_hz * attempt_timeout_ms * share_in_batch) / 1000);
    this.#most_records = Math.min(mostRecords(order.writer), Math.max(least_records, share));
    this.#apart_ms = requestsApart_ms(target);
    const period_ms = 1000 / target.rate_hz;
    this.#route = new LeaderRoute({ partition, cluster, open, clock, period_ms, attempt_timeout_ms, keep_replaced: true }, this);
    this.#route.seek();
  }

  attempt(n: number, planned_at: number): Promise<Attempt> {
    return new Promise((resolve) => {
      const pending = new Pending(n, planned_at, this.#order.clock.now(), resolve);
      this.#all.push(pending);
      this.#waiting.push(pending);
      this.#limit ??= setTimeout(() => this.#expire(), this.#order.attempt_timeout_ms);
      this.#serveSoon();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#pause);
    this.#route.close();
    const now = this.#order.clock.now();
    for (const pending of this.#all)
      pending.settle(pending.carried ? { outcome: 'indeterminate', code: 'closed' } : { outcome: 'unsent' }, now);
    this.#order.closed();
  }

  serve(): void {
    this.#soon = false;
    if (this.#closed || this.#waiting.length === 0) return;
    const carrier = this.#route.usable();
    if (carrier === null) {
      this.#route.seek();
      return;
    }
    if (carrier.in_flight >= most_in_flight || carrier.connection.unwritten_bytes > most_unwritten_bytes) return;
    const wait_ms = this.#sent_at + this.#apart_ms - this.#order.clock.now();
    if (wait_ms > 0) {
      this.#pause ??= setTimeout(() => this.#resume(), wait_ms);
      return;
    }
    this.#leaveLate();
    // One that is settled must never be sent: it may have been called never applied.
    void this.#send(
      carrier,
      this.#waiting.splice(0, this.#most_records).filter(({ settled }) => !settled),
    );
    if (this.#waiting.length > 0) this.serve();
  }

  hung(dial: Dial): void {
    const held = this.#waiting.filter(({ sent_at }) => sent_at <= dial.begun_at);
    for (const pending of held) pending.held_by = dial;
    this.#waiting = this.#waiting.slice(held.length);
  }

  freed(dial: Dial): void {
    const freed = this.#all.filter(({ held_by, settled }) => held_by === dial && !settled);
    for (const pending of freed) pending.held_by = null;
    this.#waiting = [...freed, ...this.#waiting].sort((a, b) => a.n - b.n);
  }

  refused(dial: Dial, ending: Ending): void {
    const now = this.#order.clock.now();
    for (const pending of this.#all) {
      const waited = pending.held_by === null && !pending.carried && pending.sent_at <= dial.begun_at;
      if (waited || pending.held_by === dial) pending.settle(ending, now);
    }
    this.#tidy();
    this.#serveSoon();
  }

  leaderless(asked_at: number): void {
    const now = this.#order.clock.now();
    for (const pending of this.#waiting)
      if (pending.sent_at <= asked_at) pending.settle({ outcome: 'indeterminate', code: 'LEADER_NOT_AVAILABLE' }, now);
    this.#tidy();
  }

  /** At the end of the tick, so that numbers that come together go together. */
  #serveSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => this.serve());
  }

  /** What has waited for half its time is not sent any more: the answer would come too late, and those behind it would be late too. */
  #leaveLate(): void {
    const oldest = this.#order.clock.now() - this.#order.attempt_timeout_ms / 2;
    const first = this.#waiting.findIndex(({ sent_at }) => sent_at >= oldest);
    this.#waiting.splice(0, first < 0 ? this.#waiting.length : first);
  }

  #resume(): void {
    this.#pause = undefined;
    this.serve();
  }

  async #send(carrier: Carrier, records: Pending[]): Promise<void> {
    const { clock, topic, partition, client, attempt_timeout_ms, writer } = this.#order;
    if (records.length === 0) return;
    const { server } = carrier;
    const now = clock.now();
    this.#sent_at = now;
    for (const pending of records) pending.carried = true;
    const batch = writer.batch(records, now, nobody);
    try {
      const answer = await carrier.produce({ topic, partition, acks: client.acks, timeout_ms: attempt_timeout_ms, batch });
      const done_at = clock.now();
      const failure = answer.error === 'NONE' ? null : judge('produce', answer.error);
      for (const [i, pending] of records.entries())
        pending.settle(failure ?? { outcome: 'ok', server, ...(answer.offset === null ? {} : { offset: answer.offset + i }) }, done_at);
      if (failure !== null && isStale(answer.error)) this.#route.lookAgain();
    } catch (error) {
      const done_at = clock.now();
      const ending = judge('produce', codeOf(error));
      for (const pending of records) pending.settle(ending, done_at);
    }
    this.serve();
  }

  /** Ends those whose time is over, and sets the timer for the next. */
  #expire(): void {
    const { clock, attempt_timeout_ms } = this.#order;
    const now = clock.now();
    for (const pending of this.#all) {
      if (pending.settled) continue;
      if (pending.sent_at + attempt_timeout_ms > now) break;
      pending.settle(this.#overdue(pending), now);
    }
    this.#tidy();
    const next = this.#all[0];
    this.#limit =
      next === undefined ? undefined : setTimeout(() => this.#expire(), Math.max(1, next.sent_at + attempt_timeout_ms - clock.now()));
  }

  /** Without a connection it says something about the broker only if that was silent all the while; else ours was busy. */
  #overdue(pending: Pending): Ending {
    if (pending.carried) return { outcome: 'indeterminate', code: 'timeout' };
    const silent = pending.held_by === null ? this.#route.answered_at < pending.sent_at : !pending.held_by.connection.heard;
    return silent ? { outcome: 'indeterminate', code: 'connect timeout' } : { outcome: 'unsent' };
  }

  /** What is settled at the front goes: all that is kept is what an attempt timeout holds. */
  #tidy(): void {
    const unsettled = this.#all.findIndex(({ settled }) => !settled);
    this.#all.splice(0, unsettled < 0 ? this.#all.length : unsettled);
    const first = this.#waiting.findIndex(({ settled }) => !settled);
    this.#waiting.splice(0, first < 0 ? this.#waiting.length : first);
  }
}
