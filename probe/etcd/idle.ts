import type { EtcdConnection } from './connection.ts';
import type { EtcdMember } from './members.ts';

/**
 * The connections that wait for an attempt. What lies idle may have lost its member in silence, so few are kept: beyond the latest
 * of each member, only those that were used a moment ago.
 */
export class Idle {
  #keep_ms: number;
  /** Since when, oldest first. */
  #since = new Map<EtcdConnection, number>();

  constructor(keep_ms: number) {
    this.#keep_ms = keep_ms;
  }

  add(connection: EtcdConnection, now: number): void {
    this.#since.set(connection, now);
  }

  delete(connection: EtcdConnection): void {
    this.#since.delete(connection);
  }

  /** The latest of this member, the surest to be alive. */
  take(member: EtcdMember): EtcdConnection | undefined {
    const connection = this.#latest(member);
    if (connection) this.#since.delete(connection);
    return connection;
  }

  /** Any, the one that was idle longest first. */
  get oldest(): EtcdConnection | undefined {
    return this.#since.keys().next().value;
  }

  /** Those that were idle too long to be worth keeping. */
  expired(now: number): EtcdConnection[] {
    return [...this.#since].flatMap(([connection, since]) =>
      now - since > this.#keep_ms && this.#latest(connection.member) !== connection ? [connection] : [],
    );
  }

  /** Those that nothing was heard from since then. */
  silentSince(at: number): EtcdConnection[] {
    return [...this.#since].flatMap(([connection, since]) => (since <= at ? [connection] : []));
  }

  #latest(member: EtcdMember): EtcdConnection | undefined {
    return [...this.#since.keys()].findLast((connection) => connection.member === member);
  }
}
