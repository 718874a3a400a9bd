import type { Clock } from '../../core/clock.ts';
import type { Attempt, LaneDriver } from '../contract.ts';
import type { EtcdConnection } from './connection.ts';
import { Idle } from './idle.ts';
import type { EtcdMember } from './members.ts';
import type { Operation } from './operations.ts';
import { codeOf, type Failure, judge, read } from './outcome.ts';
import { Pending } from './pending.ts';
import { Rotation } from './rotation.ts';

export interface LaneOrder {
  members: EtcdMember[];
  /** Place of the member to begin with, counted round. */
  first: number;
  rate_hz: number;
  /** Most connections at a time, over all members. */
  connections: number;
  attempt_timeout_ms: number;
  clock: Clock;
  operation: Operation;
  open(member: EtcdMember, lost: (connection: EtcdConnection) => void): EtcdConnection;
}

const usual_answer_ms = 5;
/** What was not used for so many periods, and so long, is more than the lane needs. */
const idle_periods = 5;
const least_idle_ms = 100;
/**
 * So many connections may outlive the attempt that they were opened for, by so many attempt timeouts: were each given up with its
 * attempt, members that need longer than that to let anybody in would be asked for ever, and in vain.
 */
const most_outliving = 2;
const patience = 4;

/**
 * The connections of one lane to its members. An attempt takes a free connection to the current member, or opens one of its own and
 * keeps it, so that attempts that hang hold up no other. Where no connection can be made it goes on to the next member, for nothing
 * of it was written; once it is written it is never sent again, and a failure only moves the lane on.
 */
export class EtcdLane implements LaneDriver {
  #order: LaneOrder;
  #rotation: Rotation;
  #open = new Set<EtcdConnection>();
  #free: Idle;
  #outliving = new Map<EtcdConnection, NodeJS.Timeout>();
  #waiting: Pending[] = [];
  #closed = false;

  constructor(order: LaneOrder) {
    this.#order = order;
    this.#rotation = new Rotation(order.members, order.first);
    this.#free = new Idle(Math.max(least_idle_ms, (idle_periods * 1000) / order.rate_hz));
    const warm = Math.min(order.connections, Math.ceil((order.rate_hz * usual_answer_ms) / 1000) + 1);
    for (let n = 0; n < warm; n += 1) void this.#warm();
  }

  attempt(n: number, planned_at: number): Promise<Attempt> {
    return new Promise((resolve) => {
      const pending = new Pending(this.#order.clock, n, planned_at, resolve);
      pending.limit(this.#order.attempt_timeout_ms, () => this.#giveUp(pending));
      this.#place(pending);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#waiting.splice(0)) pending.settle({ outcome: 'unsent' });
    for (const connection of this.#open) connection.destroy();
  }

  #place(pending: Pending): void {
    if (this.#closed) {
      pending.settle({ outcome: 'unsent' });
      return;
    }
    const member = this.#rotation.untried(pending.tried) ?? this.#rotation.current;
    const connection = this.#free.take(member);
    if (connection) void this.#send(pending, connection);
    else if (this.#hasRoom()) void this.#sendOverNew(pending, member);
    else this.#wait(pending);
  }

  #wait(pending: Pending): void {
    pending.waited = true;
    this.#waiting.push(pending);
  }

  /** Over the bound a free connection to another member makes room. */
  #hasRoom(): boolean {
    if (this.#open.size < this.#order.connections) return true;
    const unused = this.#free.oldest;
    if (unused === undefined) return false;
    this.#drop(unused);
    return true;
  }

  async #send(pending: Pending, connection: EtcdConnection): Promise<void> {
    const { operation } = this.#order;
    pending.connection = connection;
    pending.written = true;
    const asked = operation.ask(pending.n, pending.planned_at);
    try {
      const answer = read(await connection.request(asked.request));
      if (pending.settled) return;
      if ('code' in answer) this.#fail(pending, connection.member, judge('request', answer.code));
      else pending.settle({ outcome: 'ok', server: `${connection.member.name}@${answer.header.term}`, ...asked.told(answer.keys) });
      this.#letGo(connection);
    } catch (error) {
      if (!pending.settled) this.#fail(pending, connection.member, judge('request', codeOf(error)));
      this.#drop(connection);
    }
  }

  async #sendOverNew(pending: Pending, member: EtcdMember): Promise<void> {
    const connection = this.#begin(member);
    pending.connection = connection;
    try {
      await connection.connect();
    } catch (error) {
      this.#rotation.shun(member, this.#order.clock.now());
      if (!pending.settled) this.#tryNext(pending, member, judge('connect', codeOf(error)));
      this.#drop(connection);
      return;
    }
    this.#rotation.welcome(member, this.#order.clock.now());
    if (pending.settled) this.#letGo(connection);
    else await this.#send(pending, connection);
  }

  #tryNext(pending: Pending, member: EtcdMember, failure: Failure): void {
    pending.tried.add(member);
    pending.connection = null;
    if (this.#rotation.untried(pending.tried) === undefined) pending.settle(failure);
    else this.#place(pending);
  }

  #fail(pending: Pending, member: EtcdMember, failure: Failure): void {
    this.#rotation.leave(member, this.#order.clock.now());
    pending.settle(failure);
  }

  async #warm(): Promise<void> {
    const connection = this.#begin(this.#rotation.current);
    const limit = setTimeout(() => connection.destroy(), this.#order.attempt_timeout_ms);
    try {
      await connection.connect();
      this.#letGo(connection);
    } catch {
      this.#drop(connection);
    } finally {
      clearTimeout(limit);
    }
  }

  #begin(member: EtcdMember): EtcdConnection {
    const connection = this.#order.open(member, (lost) => this.#drop(lost));
    this.#open.add(connection);
    return connection;
  }

  #letGo(connection: EtcdConnection): void {
    this.#grownUp(connection);
    if (!this.#open.has(connection)) return;
    const now = this.#order.clock.now();
    this.#free.add(connection, now);
    for (const unused of this.#free.expired(now)) this.#drop(unused);
    this.#serve();
  }

  #drop(connection: EtcdConnection): void {
    this.#grownUp(connection);
    this.#free.delete(connection);
    if (!this.#open.delete(connection)) return;
    connection.destroy();
    this.#serve();
  }

  /** The newest first: what the members do now says more than what they would have done for those that waited longest. */
  #serve(): void {
    const next = this.#closed ? undefined : this.#waiting.pop();
    if (next) this.#place(next);
  }

  /** The attempt's time is over. One that waited for our own connections and was not written says nothing about the members. */
  #giveUp(pending: Pending): void {
    const { connection, written } = pending;
    if (connection === null) this.#waiting.splice(this.#waiting.indexOf(pending), 1);
    if (pending.waited && !written) pending.settle({ outcome: 'unsent' });
    else pending.settle({ outcome: 'indeterminate', code: written ? 'timeout' : 'connect timeout' });
    if (connection) this.#silent(connection, pending);
  }

  #grownUp(connection: EtcdConnection): void {
    clearTimeout(this.#outliving.get(connection));
    this.#outliving.delete(connection);
  }

  #silent(connection: EtcdConnection, { written, waited, sent_at }: Pending): void {
    const { member } = connection;
    const now = this.#order.clock.now();
    if (written) this.#rotation.leave(member, now);
    else if (!waited) this.#rotation.shun(member, now);
    if (written || this.#outliving.size >= most_outliving) this.#drop(connection);
    else
      this.#outliving.set(
        connection,
        setTimeout(() => this.#drop(connection), patience * this.#order.attempt_timeout_ms),
      );
    // Those that lie idle may have lost their members in the same moment, and nobody would tell.
    for (const idle of this.#free.silentSince(sent_at)) this.#drop(idle);
  }
}
