import type { ClientConfig } from 'pg';
import type { Clock } from '../../core/clock.ts';
import { BadInput } from '../../core/errors.ts';
import type { Attempt, LaneDriver, Target } from '../contract.ts';
import type { PostgresCredentials } from '../credentials.ts';
import { clientConfig } from './client-config.ts';
import { Connection, type Statement } from './connection.ts';
import { judge } from './outcome.ts';
import { Pending } from './pending.ts';

export interface LaneOrder {
  target: Target;
  attempt_timeout_ms: number;
  clock: Clock;
  credentials: PostgresCredentials;
  /** A connection to a server that only reads is given up, since a new one may find the writer. */
  leavesReaders: boolean;
  statement(n: number, planned_at: number): Statement;
  /** Makes a new session read its catalogues, which takes longer than a statement, before an attempt depends on it. */
  warm: Statement;
}

const usual_answer_ms = 5;
/** Connections are begun no faster than this, however high the rate. */
const least_apart_ms = 4;
/** A server that takes longer than this to let anybody in is busy, and is asked less often. */
const busy_connect_ms = 50;
/** A log-in that the server has begun to answer is given so many attempt timeouts. */
const patience = 4;
/** While so many log-ins are being answered no more are begun. */
const most_answering = 2;

/**
 * The connections of one lane. An attempt takes a free one; else it joins the queue for the next that is free or new, and a
 * new one is opened at once. While a connection is young no other is opened beside it, for a thousand a second would bring
 * down the server that they ask after; a refusal, or some age without an answer, lets the next one start.
 */
export class PostgresLane implements LaneDriver {
  #order: LaneOrder;
  #server: ClientConfig;
  /** How long a connection is young at least: not quite a period, so that every attempt may have its own while others hang. */
  #youngest_ms: number;
  /** What connections took of late: the least counts at once, more counts slowly, for the first of a process is slow. */
  #usual_connect_ms = 0;
  #open = new Set<Connection>();
  #free: Connection[] = [];
  #joined: Pending[] = [];
  #connecting = new Set<Connection>();
  #young: Connection | null = null;
  #answered_at = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(order: LaneOrder) {
    this.#order = order;
    const { name, url, rate_hz, connections } = order.target;
    // The URL itself stays out of the message: it may hold a password.
    if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url))
      throw new BadInput(`address of ${name}`, 'another kind of text', 'postgres://user@host:port/database', 'mend the endpoint');
    this.#server = clientConfig(url, order.credentials);
    this.#youngest_ms = Math.max(least_apart_ms, 750 / rate_hz);
    const warm = Math.min(connections, Math.ceil((rate_hz * usual_answer_ms) / 1000) + 1);
    for (let n = 0; n < warm; n += 1) void this.#connect();
  }

  attempt(n: number, planned_at: number): Promise<Attempt> {
    const { clock, attempt_timeout_ms, statement } = this.#order;
    return new Promise((resolve) => {
      const pending = new Pending(clock, statement(n, planned_at), resolve);
      pending.limit(attempt_timeout_ms, () => this.#giveUp(pending));
      this.#joined.push(pending);
      this.#serve();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#joined.splice(0)) pending.settle({ outcome: 'unsent' });
    for (const connection of this.#open) connection.destroy();
  }

  /** Hands free connections to those who wait, and sees that another comes for the rest. */
  #serve(): void {
    let next = this.#nextWaiting();
    for (; next && this.#free.length > 0; next = this.#nextWaiting()) {
      const connection = this.#free.pop();
      this.#leave(next);
      if (connection) void this.#send(next, connection);
    }
    if (this.#closed || !next || this.#young || this.#open.size >= this.#order.target.connections) return;
    // A busy server that is asked again for every log-in it has not finished never finishes one.
    if (this.#answering() >= most_answering) return;
    void this.#connect();
  }

  #answering(): number {
    return [...this.#connecting].filter(({ heard }) => heard).length;
  }

  async #send(pending: Pending, connection: Connection): Promise<void> {
    pending.connection = connection;
    try {
      const { value, doubt } = await connection.run(pending.statement);
      if (doubt === undefined && value !== undefined) this.#end(pending, { outcome: 'ok', server: value }, true);
      else this.#end(pending, { outcome: 'indeterminate', code: doubt ?? 'no row' }, false);
    } catch (error) {
      const judged = judge('statement', error);
      // A refused write leaves the session as it was; after any other error a new one tells more.
      this.#end(pending, judged, judged.code === '25006' && !this.#order.leavesReaders);
    }
  }

  /** A connection dropped at the timeout may still answer or report its end; by then the attempt is settled. */
  #end(pending: Pending, ending: Pick<Attempt, 'outcome' | 'server' | 'code'>, keep: boolean): void {
    if (pending.settled) return;
    this.#answered_at = this.#order.clock.now();
    pending.settle(ending);
    if (!pending.connection) return;
    if (keep) this.#letGo(pending.connection);
    else pending.connection.destroy();
  }

  async #connect(): Promise<void> {
    const started_at = this.#order.clock.now();
    const connection = new Connection(this.#server, (lost) => this.#lost(lost));
    this.#open.add(connection);
    this.#connecting.add(connection);
    this.#young = connection;
    const { attempt_timeout_ms } = this.#order;
    const busy_ms = this.#usual_connect_ms > busy_connect_ms ? 2 * this.#usual_connect_ms : 0;
    const young_ms = Math.min(Math.max(this.#youngest_ms, busy_ms), attempt_timeout_ms / 8);
    const aged = setTimeout(() => {
      this.#bind(connection, started_at);
      this.#age(connection);
    }, young_ms);
    let late = setTimeout(() => {
      if (connection.heard) late = setTimeout(() => connection.destroy(), (patience - 1) * attempt_timeout_ms);
      else connection.destroy();
    }, attempt_timeout_ms);
    try {
      await connection.connect();
      await connection.run(this.#order.warm);
      const took_ms = this.#order.clock.now() - started_at;
      this.#usual_connect_ms = Math.min(took_ms, this.#usual_connect_ms + (took_ms - this.#usual_connect_ms) / 4);
      this.#connecting.delete(connection);
      for (const pending of this.#joined) if (pending.bound === connection) pending.bound = null;
      this.#letGo(connection);
    } catch (error) {
      this.#refused(connection, started_at, error);
    } finally {
      clearTimeout(aged);
      clearTimeout(late);
      this.#connecting.delete(connection);
      this.#age(connection);
    }
  }

  /** A refusal speaks for all who waited when this connection was begun; those who came later need one of their own. */
  #refused(connection: Connection, started_at: number, error: unknown): void {
    const judged = judge('connect', error);
    for (const pending of [...this.#joined]) {
      const concerned = pending.bound === connection || (pending.bound === null && pending.sent_at <= started_at);
      if (!concerned) continue;
      this.#leave(pending);
      pending.settle(judged);
    }
  }

  /**
   * A connection that hangs keeps the attempt that it was begun for. Were that one served by a later connection, the last
   * failure would seem to lie a whole attempt timeout before the end of the outage.
   */
  #bind(connection: Connection, started_at: number): void {
    const pending = this.#joined.findLast(({ bound, sent_at }) => bound === null && sent_at <= started_at);
    if (pending) pending.bound = connection;
  }

  /** The newest first: what the server does now says more than what it would have done for those that waited longest. */
  #nextWaiting(): Pending | undefined {
    return this.#joined.findLast(({ bound }) => bound === null);
  }

  #leave(pending: Pending): void {
    this.#joined.splice(this.#joined.indexOf(pending), 1);
  }

  #age(connection: Connection): void {
    if (this.#young !== connection) return;
    this.#young = null;
    this.#serve();
  }

  #letGo(connection: Connection): void {
    if (!this.#open.has(connection)) return;
    this.#free.push(connection);
    this.#serve();
  }

  #lost(connection: Connection): void {
    this.#open.delete(connection);
    const at = this.#free.indexOf(connection);
    if (at >= 0) this.#free.splice(at, 1);
    this.#serve();
  }

  /**
   * The attempt's time is over. Without a connection it says something about the server only if the one begun for it was met
   * with silence, or if all were, and nothing was answered meanwhile; else our own connections were busy.
   */
  #giveUp(pending: Pending): void {
    if (pending.connection) {
      pending.settle({ outcome: 'indeterminate', code: 'timeout' });
      pending.connection.destroy();
      return;
    }
    this.#leave(pending);
    const all_silent = this.#connecting.size > 0 && this.#answered_at < pending.sent_at && this.#answering() === 0;
    const silent = pending.bound ? !pending.bound.heard : all_silent;
    pending.settle(silent ? { outcome: 'indeterminate', code: 'connect timeout' } : { outcome: 'unsent' });
  }
}
