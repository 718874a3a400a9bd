import type { Attempt, LaneDriver } from '../contract.ts';
import type { Carrier } from './carrier.ts';
import { type LaneOrder, most_in_flight, mostRecords, requestsApart_ms } from './lane.ts';
import { codeOf, isBrokerError, isRetriable, isStale } from './outcome.ts';
import { Pending } from './pending.ts';
import { nobody, stamp } from './records.ts';
import { LeaderRoute, type RouteUser } from './route.ts';

interface Batch {
  records: Pending[];
  bytes: Buffer;
  sequence: number;
}

/** Sequence numbers start again after this one. */
const sequences = 2 ** 31;
const least_retry_ms = 20;
/** Beyond so many that wait for a service that does not come back, attempts are unsent. */
const most_waiting = 200_000;
/** The broker knows nothing of this producer, or not what we know: only a new one can go on. */
const producer_lost = ['UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED'];

/**
 * One partition's attempts as an idempotent producer sends them. No attempt is abandoned: a batch is sent again, the very same one
 * in the same order, until it is answered, at most five at once. A producer that the broker will not know any more is replaced and
 * what is unanswered goes out under the new one; copies under two producers are the client's doing, so each batch tells its producer.
 */
export class IdempotentLane implements LaneDriver, RouteUser {
  #order: LaneOrder;
  #route: LeaderRoute;
  #retry_ms: number;
  #most_records: number;
  #waiting: Pending[] = [];
  /** Begun and unanswered, in the order of their sequence. */
  #batches: Batch[] = [];
  #on_wire = 0;
  /** One of the batches failed: nothing new is sent before all of them were sent again. */
  #broken = false;
  #producer: { id: bigint; epoch: number } | null = null;
  #sequence = 0;
  #asking = false;
  #not_before = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #soon = false;
  #closed = false;

  constructor(order: LaneOrder) {
    this.#order = order;
    this.#most_records = mostRecords(order.writer);
    const { partition, cluster, open, clock, attempt_timeout_ms, target } = order;
    const period_ms = 1000 / target.rate_hz;
    this.#retry_ms = Math.max(least_retry_ms, Math.min(period_ms, 100));
    this.#route = new LeaderRoute({ partition, cluster, open, clock, period_ms, attempt_timeout_ms, keep_replaced: false }, this);
    this.#route.seek();
  }

  attempt(n: number, planned_at: number): Promise<Attempt> {
    const now = this.#order.clock.now();
    if (this.#waiting.length >= most_waiting) return Promise.resolve({ outcome: 'unsent', sent_at: now, done_at: now });
    return new Promise((resolve) => {
      this.#waiting.push(new Pending(n, planned_at, now, resolve));
      if (this.#soon) return;
      this.#soon = true;
      queueMicrotask(() => this.serve());
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#route.close();
    const now = this.#order.clock.now();
    for (const pending of this.#waiting.splice(0)) pending.settle({ outcome: 'unsent' }, now);
    for (const { records } of this.#batches.splice(0))
      for (const pending of records) pending.settle({ outcome: 'indeterminate', code: 'closed' }, now);
    this.#order.closed();
  }

  serve(): void {
    this.#soon = false;
    if (this.#closed || (this.#waiting.length === 0 && this.#batches.length === 0)) return;
    const carrier = this.#route.usable();
    if (carrier === null) {
      this.#route.seek();
      return;
    }
    if (this.#producer === null) {
      // What is on the wire is stamped for the old one; its late answer must not take a batch out of the new one's sequence.
      if (this.#on_wire > 0) return;
      void this.#newProducer(carrier);
      return;
    }
    if (this.#broken && this.#on_wire > 0) return;
    const wait_ms = this.#not_before - this.#order.clock.now();
    if (wait_ms > 0) {
      this.#timer ??= setTimeout(() => this.#resume(), wait_ms);
      return;
    }
    if (this.#broken) this.#sendAgain(carrier);
    while (this.#waiting.length > 0 && this.#batches.length < most_in_flight) this.#sendNew(carrier, this.#producer);
  }

  // Whatever becomes of the dials, nothing is given up.
  hung(): void {}
  freed(): void {}
  refused(): void {
    this.serve();
  }
  leaderless(): void {}

  #resume(): void {
    this.#timer = undefined;
    this.serve();
  }

  async #newProducer({ connection }: Carrier): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const producer = await connection.newProducer();
      this.#producer = producer;
      this.#sequence = 0;
      for (const batch of this.#batches) {
        batch.sequence = this.#take(batch.records.length);
        stamp(batch.bytes, { ...producer, sequence: batch.sequence });
      }
    } catch {
      this.#not_before = this.#order.clock.now() + this.#retry_ms;
      this.#timer ??= setTimeout(() => this.#resume(), this.#retry_ms);
    }
    this.#asking = false;
    if (this.#producer !== null) this.serve();
  }

  #take(count: number): number {
    const first = this.#sequence;
    this.#sequence = (first + count) % sequences;
    return first;
  }

  #sendNew(carrier: Carrier, producer: { id: bigint; epoch: number }): void {
    const now = this.#order.clock.now();
    const records = this.#waiting.splice(0, this.#most_records);
    for (const pending of records) pending.carried = true;
    const sequence = this.#take(records.length);
    const batch: Batch = { records, bytes: this.#order.writer.batch(records, now, nobody), sequence };
    stamp(batch.bytes, { ...producer, sequence });
    this.#batches.push(batch);
    this.#not_before = now + requestsApart_ms(this.#order.target);
    void this.#send(carrier, batch);
  }

  #sendAgain(carrier: Carrier): void {
    this.#broken = false;
    for (const batch of this.#batches) void this.#send(carrier, batch);
  }

  async #send(carrier: Carrier, batch: Batch): Promise<void> {
    const { topic, partition, client, attempt_timeout_ms } = this.#order;
    const { server } = carrier;
    const producer = this.#producer;
    this.#on_wire += 1;
    let told: { error: string; offset: number | null };
    try {
      told = await carrier.produce({ topic, partition, acks: client.acks, timeout_ms: attempt_timeout_ms, batch: batch.bytes });
    } catch (error) {
      told = { error: codeOf(error), offset: null };
    }
    this.#on_wire -= 1;
    if (this.#closed) return;
    if (told.error === 'NONE' || told.error === 'DUPLICATE_SEQUENCE_NUMBER') this.#acknowledged(batch, server, told.offset, producer);
    else this.#failed(batch, told.error);
    this.serve();
  }

  #acknowledged(batch: Batch, server: string, offset: number | null, producer: { id: bigint } | null): void {
    const done_at = this.#order.clock.now();
    this.#batches.splice(this.#batches.indexOf(batch), 1);
    for (const [i, pending] of batch.records.entries()) {
      const overdue_at = pending.sent_at + this.#order.attempt_timeout_ms;
      pending.settle(
        {
          outcome: 'ok',
          server,
          ...(producer === null ? {} : { producer: String(producer.id) }),
          ...(offset === null ? {} : { offset: offset + i }),
          ...(done_at > overdue_at ? { overdue_at } : {}),
        },
        done_at,
      );
    }
  }

  #failed(batch: Batch, code: string): void {
    this.#broken = true;
    this.#not_before = this.#order.clock.now() + this.#retry_ms;
    if (isStale(code)) this.#route.lookAgain();
    // Behind a batch that failed every other is out of order; the first one is only where the broker lost what it had.
    const lost = producer_lost.includes(code) || (code === 'OUT_OF_ORDER_SEQUENCE_NUMBER' && this.#batches[0] === batch);
    const again = lost || code === 'OUT_OF_ORDER_SEQUENCE_NUMBER' || isRetriable(code) || !isBrokerError(code);
    if (lost) this.#producer = null;
    if (again) return;
    // Refused for good; the sequence would have a hole, so another producer goes on.
    this.#producer = null;
    this.#batches.splice(this.#batches.indexOf(batch), 1);
    const done_at = this.#order.clock.now();
    for (const pending of batch.records) pending.settle({ outcome: 'indeterminate', code }, done_at);
  }
}
