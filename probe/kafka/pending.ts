import type { Attempt } from '../contract.ts';
import type { Ending } from './outcome.ts';
import type { Numbered } from './records.ts';
import type { Dial } from './route.ts';

/** An attempt under way, from the moment it is asked for: that counts as its send, so send times never go back. */
export class Pending implements Numbered {
  readonly n: number;
  readonly planned_at: number;
  readonly sent_at: number;
  /** Its batch was handed to a socket. */
  carried = false;
  /** The silent dial whose fate it shares. */
  held_by: Dial | null = null;
  settled = false;
  #resolve: (attempt: Attempt) => void;

  constructor(n: number, planned_at: number, sent_at: number, resolve: (attempt: Attempt) => void) {
    this.n = n;
    this.planned_at = planned_at;
    this.sent_at = sent_at;
    this.#resolve = resolve;
  }

  /** The first ending counts. */
  settle(ending: Ending & Pick<Attempt, 'overdue_at'>, done_at: number): void {
    if (this.settled) return;
    this.settled = true;
    this.#resolve({ ...ending, sent_at: this.sent_at, done_at });
  }
}
