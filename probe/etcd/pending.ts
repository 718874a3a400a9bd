import type { Clock } from '../../core/clock.ts';
import type { Attempt } from '../contract.ts';
import type { EtcdConnection } from './connection.ts';
import type { EtcdMember } from './members.ts';

/** An attempt under way, from the moment it asks for a connection: that counts as its send, so send times never go back. */
export class Pending {
  readonly n: number;
  readonly planned_at: number;
  readonly sent_at: number;
  /** Members whose connection failed before anything of this attempt was written. */
  readonly tried = new Set<EtcdMember>();
  /** The connection opened for it or that carries it; null while it waits for any. */
  connection: EtcdConnection | null = null;
  /** Set when all our connections were busy: then part of its time was lost by us. */
  waited = false;
  /** Set once it was handed to the socket: from then on it may be applied. */
  written = false;
  settled = false;
  #clock: Clock;
  #resolve: (attempt: Attempt) => void;
  #limit: NodeJS.Timeout | undefined;

  constructor(clock: Clock, n: number, planned_at: number, resolve: (attempt: Attempt) => void) {
    this.n = n;
    this.planned_at = planned_at;
    this.sent_at = clock.now();
    this.#clock = clock;
    this.#resolve = resolve;
  }

  limit(ms: number, over: () => void): void {
    this.#limit = setTimeout(over, ms);
  }

  settle(ending: Omit<Attempt, 'sent_at' | 'done_at'>): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.#limit);
    this.#resolve({ ...ending, sent_at: this.sent_at, done_at: this.#clock.now() });
  }
}
