import type { Clock } from '../../core/clock.ts';
import { Carrier } from './carrier.ts';
import type { Cluster, Leader } from './cluster.ts';
import type { BrokerConnection, OpenConnection } from './connection.ts';
import { codeOf, type Ending, judge } from './outcome.ts';

/** A connection being made to a leader. */
export interface Dial {
  readonly connection: BrokerConnection;
  readonly leader: Leader;
  readonly begun_at: number;
}

/** What the route tells whoever sends over it. */
export interface RouteUser {
  /** Something changed: look whether what waits can go. */
  serve(): void;
  /** Still silent when another is begun: it keeps those who waited when it was begun. */
  hung(dial: Dial): void;
  /** It is answered, and keeps nobody any more. */
  freed(dial: Dial): void;
  /** It failed, and that speaks for all who waited when it was begun. */
  refused(dial: Dial, ending: Ending): void;
  /** Metadata asked for at this time said that the partition has no leader. */
  leaderless(asked_at: number): void;
}

interface RouteOrder {
  partition: number;
  cluster: Cluster;
  open: OpenConnection;
  clock: Clock;
  period_ms: number;
  attempt_timeout_ms: number;
  /** Whether a connection that was replaced may still answer what it carries. */
  keep_replaced: boolean;
}

/** While connections hang, so many at most are begun in one attempt timeout. */
const most_hanging = 25;
const least_apart_ms = 10;
/** A log-in that the broker has begun to answer is given so many attempt timeouts. */
const patience = 4;
/** While so many log-ins are being answered no more are begun: a busy broker would never finish one. */
const most_answering = 2;

/** Keeps one good connection to a partition's leader, whoever that is, and says what became of looking for one. */
export class LeaderRoute {
  #order: RouteOrder;
  #user: RouteUser;
  #apart_ms: number;
  #current: Carrier | null = null;
  #dials = new Set<Dial>();
  #newest: Dial | null = null;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #unwatch: () => void;
  #closed = false;
  /** When a broker last answered one of our requests. */
  answered_at = Number.NEGATIVE_INFINITY;

  constructor(order: RouteOrder, user: RouteUser) {
    this.#order = order;
    this.#user = user;
    this.#apart_ms = Math.max(order.period_ms * 0.75, order.attempt_timeout_ms / most_hanging, least_apart_ms);
    this.#apart_ms = Math.min(this.#apart_ms, order.attempt_timeout_ms / 8);
    this.#unwatch = order.cluster.onAnswer(() => this.#follow());
  }

  /** The connection that takes requests now; null while there is none, or it may be dead. */
  usable(): Carrier | null {
    if (this.#current === null || this.#suspect(this.#current)) return null;
    return this.#current;
  }

  /** Somebody waits and nothing is usable: dials the leader, unless that was done just now. */
  seek(): void {
    if (this.#closed || this.usable() !== null) return;
    const leader = this.#order.cluster.leader(this.#order.partition);
    if (!leader) {
      this.#ask();
      return;
    }
    const newest = this.#newest !== null && sameBroker(this.#newest.leader, leader) ? this.#newest : null;
    const wait_ms = newest === null ? 0 : newest.begun_at + this.#apart_ms - this.#order.clock.now();
    if ([...this.#dials].filter(({ connection }) => connection.heard).length >= most_answering) return;
    if (wait_ms <= 0) void this.#dial(leader);
    else this.#timer ??= setTimeout(() => this.#seekAgain(), wait_ms);
  }

  /** The answer said that the leader is elsewhere. */
  lookAgain(): void {
    this.#ask();
  }

  close(): void {
    this.#closed = true;
    this.#unwatch();
    clearTimeout(this.#timer);
    this.#current?.connection.destroy();
    for (const dial of this.#dials) dial.connection.destroy();
  }

  #seekAgain(): void {
    this.#timer = undefined;
    this.#user.serve();
  }

  #ask(): void {
    if (this.#asking || this.#closed) return;
    this.#asking = true;
    void this.#order.cluster.refresh().then((begun_at) => {
      this.#asking = false;
      if (this.#closed) return;
      if (this.#order.cluster.leader(this.#order.partition) === null && this.#seenSince(begun_at)) this.#user.leaderless(begun_at);
      this.#user.serve();
    });
  }

  #seenSince(at: number): boolean {
    const { seen_at } = this.#order.cluster;
    return seen_at !== null && seen_at >= at;
  }

  /** Metadata was answered: another leader takes over at once, whatever the old one still owes. */
  #follow(): void {
    const leader = this.#order.cluster.leader(this.#order.partition);
    if (!leader || this.#closed) return;
    for (const dial of this.#dials) {
      // Those that it keeps stay its own: served by the new leader, they would seem to lie after the outage's end.
      if (!sameBroker(dial.leader, leader)) this.#giveUp(dial);
    }
    if (this.#current !== null && sameBroker(this.#current.leader, leader)) {
      this.#current.leader = leader;
      return;
    }
    if (this.#current !== null) this.#replace(null);
    this.seek();
  }

  async #dial(leader: Leader): Promise<void> {
    for (const hanging of this.#dials) this.#user.hung(hanging);
    const { clock, attempt_timeout_ms } = this.#order;
    let carrier: Carrier | null = null;
    const connection = this.#order.open(leader, patience * attempt_timeout_ms, () => carrier !== null && this.#lost(carrier));
    const dial: Dial = { connection, leader, begun_at: clock.now() };
    this.#dials.add(dial);
    this.#newest = dial;
    let late = setTimeout(() => {
      if (connection.heard) late = setTimeout(() => this.#giveUp(dial), (patience - 1) * attempt_timeout_ms);
      else this.#giveUp(dial);
    }, attempt_timeout_ms);
    try {
      await connection.connect();
      if (!this.#dials.has(dial)) return;
      this.answered_at = clock.now();
      carrier = new Carrier(connection, leader, clock, () => {
        this.answered_at = clock.now();
      });
      this.#won(dial, carrier);
    } catch (error) {
      if (!this.#dials.delete(dial)) return;
      connection.destroy();
      this.#user.refused(dial, judge('connect', codeOf(error)));
      this.#ask();
    } finally {
      clearTimeout(late);
    }
  }

  /** Others that hang are left to their own ends: what they keep failed with them, or is freed when they are answered too. */
  #won(dial: Dial, carrier: Carrier): void {
    this.#dials.delete(dial);
    this.#user.freed(dial);
    if (this.usable() !== null) carrier.connection.destroy();
    else this.#replace(carrier);
    this.#user.serve();
  }

  #giveUp(dial: Dial): void {
    this.#dials.delete(dial);
    dial.connection.destroy();
    if (dial === this.#newest) this.#newest = null;
  }

  #replace(carrier: Carrier | null): void {
    const old = this.#current;
    this.#current = carrier;
    if (old === null) return;
    if (this.#order.keep_replaced && old.in_flight > 0) setTimeout(() => old.connection.destroy(), this.#order.attempt_timeout_ms).unref();
    else old.connection.destroy();
  }

  #lost(carrier: Carrier): void {
    if (this.#current !== carrier || this.#closed) return;
    this.#current = null;
    this.#ask();
    this.seek();
  }

  /** Unanswered for a whole attempt timeout it may be dead: another is tried beside it. Sooner, and a slow one would be left for nothing. */
  #suspect(carrier: Carrier): boolean {
    const since = carrier.oldest_at;
    return since !== null && this.#order.clock.now() - since >= this.#order.attempt_timeout_ms;
  }
}

function sameBroker(a: Leader, b: Leader): boolean {
  return a.id === b.id && a.host === b.host && a.port === b.port;
}
