import type { Clock } from '../../core/clock.ts';
import type { Attempt } from '../contract.ts';
import type { Connection, Statement } from './connection.ts';

/** An attempt under way, from the moment it asks for a connection: that counts as its send, so send times never go back. */
export class Pending {
  readonly sent_at: number;
  readonly statement: Statement;
  /** The connection that carries it; null while it waits for one, and then nothing of it has left the process. */
  connection: Connection | null = null;
  /** The new connection whose fate it shares; null while any will do. */
  bound: Connection | null = null;
  settled = false;
  #clock: Clock;
  #resolve: (attempt: Attempt) => void;
  #limit: NodeJS.Timeout | undefined;

  constructor(clock: Clock, statement: Statement, resolve: (attempt: Attempt) => void) {
    this.sent_at = clock.now();
    this.statement = statement;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  limit(ms: number, over: () => void): void {
    this.#limit = setTimeout(over, ms);
  }

  settle(ending: Pick<Attempt, 'outcome' | 'server' | 'code'>): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.#limit);
    this.#resolve({ ...ending, sent_at: this.sent_at, done_at: this.#clock.now() });
  }
}
