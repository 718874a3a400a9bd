import type { Clock } from '../../core/clock.ts';
import type { Attempt, LaneDriver, Target } from '../contract.ts';
import { Connection, type Statement } from './connection.ts';
import { judge, type Phase } from './outcome.ts';

export interface LaneOrder {
  target: Target;
  attempt_timeout_ms: number;
  clock: Clock;
  statement(n: number, planned_at: number): Statement;
}

const usual_answer_ms = 5;

function warmConnections(rate_hz: number): number {
  return Math.ceil((rate_hz * usual_answer_ms) / 1000) + 1;
}

interface Waiting {
  start: () => void;
  give_up: NodeJS.Timeout;
}

/** How an attempt ended, and whether its connection is still good. */
type Done = (ending: Pick<Attempt, 'outcome' | 'server' | 'code'>, keep: boolean) => void;

/**
 * The connections of one lane. An attempt takes a free one, else opens one at once, else (all of them hang) waits for the first
 * that is let go. It starts in the order of the numbers, so send times never go back.
 */
export class PostgresLane implements LaneDriver {
  #order: LaneOrder;
  #open = new Set<Connection>();
  #free: Connection[] = [];
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(order: LaneOrder) {
    this.#order = order;
    const { rate_hz, connections } = order.target;
    for (let n = 0; n < Math.min(connections, warmConnections(rate_hz)); n += 1) this.#warm();
  }

  attempt(n: number, planned_at: number): Promise<Attempt> {
    const { clock, attempt_timeout_ms } = this.#order;
    const called_at = clock.now();
    if (!this.#closed && this.#waiting.length === 0 && this.#hasRoom()) return this.#start(n, planned_at);
    return new Promise((resolve) => {
      const unsent = () => resolve({ outcome: 'unsent', sent_at: called_at, done_at: clock.now() });
      if (this.#closed) return unsent();
      const waiting: Waiting = {
        start: () => {
          clearTimeout(waiting.give_up);
          if (this.#closed) unsent();
          else resolve(this.#start(n, planned_at));
        },
        give_up: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          unsent();
        }, attempt_timeout_ms),
      };
      this.#waiting.push(waiting);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.start();
    for (const connection of this.#open) connection.destroy();
  }

  #hasRoom(): boolean {
    return this.#free.length > 0 || this.#open.size < this.#order.target.connections;
  }

  #start(n: number, planned_at: number): Promise<Attempt> {
    const { clock, attempt_timeout_ms } = this.#order;
    const sent_at = clock.now();
    const free = this.#free.pop();
    const connection = free ?? this.#connection();
    return new Promise((resolve) => {
      let settled = false;
      const done: Done = (ending, keep) => {
        // A connection dropped at the timeout may still answer, or report its end.
        if (settled) return;
        settled = true;
        clearTimeout(late);
        resolve({ ...ending, sent_at, done_at: clock.now() });
        if (keep) this.#letGo(connection);
        else connection.destroy();
      };
      const late = setTimeout(() => done({ outcome: 'indeterminate', code: 'timeout' }, false), attempt_timeout_ms);
      void this.#converse(connection, free === undefined, this.#order.statement(n, planned_at), done);
    });
  }

  async #converse(connection: Connection, fresh: boolean, statement: Statement, done: Done): Promise<void> {
    let phase: Phase = 'connect';
    try {
      if (fresh) await connection.connect();
      phase = 'statement';
      const { value, doubt } = await connection.run(statement);
      if (doubt !== undefined || value === undefined) done({ outcome: 'indeterminate', code: doubt ?? 'no row' }, false);
      else done({ outcome: 'ok', server: value }, true);
    } catch (error) {
      const judged = judge(phase, error);
      // A refused write leaves the session as it was; after any other error a new one tells more.
      done(judged, judged.code === '25006');
    }
  }

  #connection(): Connection {
    const connection = new Connection(this.#order.target.url, (lost) => {
      this.#open.delete(lost);
      const at = this.#free.indexOf(lost);
      if (at >= 0) this.#free.splice(at, 1);
      this.#serve();
    });
    this.#open.add(connection);
    return connection;
  }

  /** Opens a connection that no attempt waits for; that it could not be had is for the attempts to tell. */
  #warm(): void {
    const connection = this.#connection();
    connection.connect().then(
      () => this.#letGo(connection),
      () => connection.destroy(),
    );
  }

  #letGo(connection: Connection): void {
    if (!this.#open.has(connection)) return;
    this.#free.push(connection);
    this.#serve();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.start();
  }
}
