import type { LaneLedger } from '../../core/ledger.ts';
import type { LaneReadback } from '../../core/record.ts';

interface Stretch {
  first: number;
  last: number;
  producer: bigint;
}

/** A lane under several producers is written by few of them, each for long; more stretches than this are not told apart. */
const most_stretches = 4096;
/** Repeats whose producers are remembered; one beyond them counts as its own producer's, which is the worse. */
const most_repeats = 100_000;

/** What was read of one lane, and under which producer each number was first stored. */
export class LaneCopies {
  #ledger: LaneLedger;
  #stretches: Stretch[] = [];
  #repeats = new Map<number, bigint[]>();
  #across = 0;

  constructor(ledger: LaneLedger) {
    this.#ledger = ledger;
  }

  /** Numbers past the lane are left out; `producer` is -1n where there is none. */
  read(n: number, producer: bigint): void {
    if (n >= this.#ledger.count) return;
    const before = this.#ledger.duplicated;
    this.#ledger.read(n);
    if (producer < 0n) return;
    if (this.#ledger.duplicated === before) this.#note(n, producer);
    else if (this.#isOfAnother(n, producer)) this.#across += 1;
  }

  /** Whether no copy of the number was stored under this producer before. */
  #isOfAnother(n: number, producer: bigint): boolean {
    const first = this.#stretches.find((one) => one.first <= n && n <= one.last);
    const repeated = this.#repeats.get(n) ?? [];
    if (first === undefined || first.producer === producer || repeated.includes(producer)) return false;
    if (repeated.length === 0 && this.#repeats.size >= most_repeats) return false;
    this.#repeats.set(n, [...repeated, producer]);
    return true;
  }

  found(): Omit<LaneReadback, 'lane'> {
    const { duplicated, reordered } = this.#ledger;
    const across = this.#stretches.length === 0 ? {} : { duplicated_across_producers: this.#across };
    return { present: this.#ledger.present(), duplicated, reordered, ...across };
  }

  #note(n: number, producer: bigint): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && last.last === n - 1 && last.producer === producer) last.last = n;
    else if (this.#stretches.length < most_stretches) this.#stretches.push({ first: n, last: n, producer });
  }
}
