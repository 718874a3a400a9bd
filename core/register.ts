import type { StaleReadCounts } from './record.ts';

/** One read of a register: the least number that it had to return, and what it returned; null is none at all. */
export interface RegisterRead {
  wanted: number | null;
  got: number | null;
}

/**
 * The register of one writer that sets it to ever higher numbers, several of them in flight at once: its value is the highest
 * number that was applied. Its history is linearizable when every read returns at least what was acknowledged, or returned by
 * another read, before it was sent (test/core/register.test.ts holds this against a search through all orders).
 */
export class Register {
  #least: number | null = null;

  /** What a read sent now has to return at least; null while nothing is known to be there. */
  get least(): number | null {
    return this.#least;
  }

  /** A write was acknowledged, or a linearizable read returned this number: from now on nothing less is current. */
  known(n: number): void {
    if (this.#least === null || n > this.#least) this.#least = n;
  }
}

export function isStale({ wanted, got }: RegisterRead): boolean {
  return wanted !== null && (got === null || got < wanted);
}

/** Counts the reads of one lane that had something to return, and those that returned less. Holds two reads, whatever their number. */
export class StaleReads {
  #compared = 0;
  #count = 0;
  #first: StaleReadCounts['first'] = null;
  #last_at: number | null = null;

  /** `at` is when the read was answered, epoch milliseconds. */
  note(read: RegisterRead, at: number): void {
    if (read.wanted === null) return;
    this.#compared += 1;
    if (!isStale(read)) return;
    this.#count += 1;
    this.#first ??= { at, wanted: read.wanted, got: read.got };
    this.#last_at = at;
  }

  /** As the record keeps it; undefined where nothing was compared. */
  report(): StaleReadCounts | undefined {
    if (this.#compared === 0) return undefined;
    return { compared: this.#compared, count: this.#count, first: this.#first && { ...this.#first }, last_at: this.#last_at };
  }
}
