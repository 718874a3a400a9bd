import { Bitmap, bitsIn } from './bitmap.ts';
import { countRuns, decodeRuns, encodeRuns, LONGEST_LANE, type Run } from './run-lengths.ts';

/** Duplicated and reordered numbers that are named; all are counted. */
const MOST_NAMED = 100;

/** What acknowledging and reading back say together; every member is a count of numbered writes. */
export interface LedgerCounts {
  acked: number;
  failed: number;
  indeterminate: { present: number; absent: number };
  /** Acknowledged and not read back. */
  lost: number;
  /** Called never applied, yet read back: the driver judged wrongly. */
  failed_present: number;
}

/**
 * The outcomes of one lane's numbered writes and what was read back of them: at most three bits a number, whatever the order they come
 * in, and next to none where long runs share one fate. A number without an outcome counts as indeterminate, since nothing is known about it.
 */
export class LaneLedger {
  #count: number;
  #acked = new Bitmap();
  #failed = new Bitmap();
  #present = new Bitmap();
  #lastRead = -1;
  duplicated = 0;
  reordered = 0;
  /** The first numbers that were there more than once, and those that came after a higher one: bounded. */
  readonly first_duplicated: number[] = [];
  readonly first_reordered: number[] = [];

  /** `count` numbers are in the lane from the start; marking higher ones lengthens it. */
  constructor(count = 0) {
    this.#count = count;
  }

  /** A ledger from the record's run lengths; without `present` nothing was read back. */
  static from(outcomes: string, present = ''): LaneLedger {
    const runs = decodeRuns(outcomes, 'afi');
    const ledger = new LaneLedger(countRuns(runs));
    fill(ledger.#acked, runs, 'a');
    fill(ledger.#failed, runs, 'f');
    const read = decodeRuns(present, 'pm');
    if (countRuns(read) > ledger.#count) throw new RangeError(`read back ${countRuns(read)} numbers of a lane of ${ledger.#count}`);
    fill(ledger.#present, read, 'p');
    return ledger;
  }

  get count(): number {
    return this.#count;
  }

  /** Notes an outcome. Doubt may be resolved later; a certain outcome may not be contradicted. */
  mark(n: number, outcome: 'ok' | 'failed' | 'indeterminate'): void {
    if (!(Number.isInteger(n) && n >= 0 && n < LONGEST_LANE)) throw new RangeError(`number ${n} is outside any lane`);
    const contradicted =
      outcome === 'ok' ? this.#failed.has(n) : this.#acked.has(n) || (outcome === 'indeterminate' && this.#failed.has(n));
    if (contradicted) throw new Error(`number ${n} is ${outcome} after it was ${this.#acked.has(n) ? 'ok' : 'failed'}`);
    if (n >= this.#count) this.#count = n + 1;
    if (outcome === 'ok') this.#acked.add(n);
    if (outcome === 'failed') this.#failed.add(n);
  }

  /** Notes a number that was read back, in the order in which the store holds them. */
  read(n: number): void {
    if (!(Number.isInteger(n) && n >= 0 && n < this.#count)) throw new RangeError(`read back number ${n} of a lane of ${this.#count}`);
    if (this.#present.has(n)) {
      this.duplicated += 1;
      if (this.first_duplicated.length < MOST_NAMED) this.first_duplicated.push(n);
    } else if (n < this.#lastRead) {
      this.reordered += 1;
      if (this.first_reordered.length < MOST_NAMED) this.first_reordered.push(n);
    }
    this.#present.add(n);
    this.#lastRead = Math.max(this.#lastRead, n);
  }

  /** Run lengths of outcomes by number: a acknowledged, f proven never applied, i indeterminate. */
  outcomes(): string {
    return encodeRuns(
      this.#runs(
        (n) => (this.#acked.has(n) ? 'a' : this.#failed.has(n) ? 'f' : 'i'),
        (at) => wholeWord(this.#acked.word(at), 'a') ?? wholeWord(this.#failed.word(at), 'f'),
      ),
    );
  }

  /** Run lengths of the read-back by number: p present, m missing. */
  present(): string {
    return encodeRuns(
      this.#runs(
        (n) => (this.#present.has(n) ? 'p' : 'm'),
        (at) => wholeWord(this.#present.word(at), 'p') ?? (this.#present.word(at) === 0 ? 'm' : undefined),
      ),
    );
  }

  /** Acknowledged against read back. */
  compare(): LedgerCounts {
    const counts: LedgerCounts = { acked: 0, failed: 0, indeterminate: { present: 0, absent: 0 }, lost: 0, failed_present: 0 };
    for (let at = 0; at * 32 < this.#count; at += 1) {
      const acked = this.#acked.word(at);
      const failed = this.#failed.word(at);
      const present = this.#present.word(at);
      const doubt = ~(acked | failed) & inLane(at, this.#count);
      counts.acked += bitsIn(acked);
      counts.failed += bitsIn(failed);
      counts.lost += bitsIn(acked & ~present);
      counts.failed_present += bitsIn(failed & present);
      counts.indeterminate.present += bitsIn(doubt & present);
      counts.indeterminate.absent += bitsIn(doubt & ~present);
    }
    return counts;
  }

  /** The first `most` inclusive ranges of lost numbers. */
  lostRanges(most: number): [number, number][] {
    const ranges: [number, number][] = [];
    for (let n = 0; n < this.#count; n += 1) {
      if ((n & 31) === 0 && (this.#acked.word(n >>> 5) & ~this.#present.word(n >>> 5)) === 0) {
        n += 31;
        continue;
      }
      if (!this.#acked.has(n) || this.#present.has(n)) continue;
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === n - 1) last[1] = n;
      else if (ranges.length === most) break;
      else ranges.push([n, n]);
    }
    return ranges;
  }

  /** Bytes held for the bitmaps: all that grows with the number of writes. */
  bytes(): number {
    return this.#acked.bytes() + this.#failed.bytes() + this.#present.bytes();
  }

  *#runs(letterOf: (n: number) => string, letterOfWord: (at: number) => string | undefined): Iterable<Run> {
    for (let n = 0; n < this.#count; n += 1) {
      const whole = (n & 31) === 0 && n + 32 <= this.#count ? letterOfWord(n >>> 5) : undefined;
      yield { letter: whole ?? letterOf(n), count: whole === undefined ? 1 : 32 };
      if (whole !== undefined) n += 31;
    }
  }
}

function fill(bitmap: Bitmap, runs: Run[], letter: string): void {
  let n = 0;
  for (const run of runs) {
    if (run.letter === letter) bitmap.addRange(n, n + run.count);
    n += run.count;
  }
}

function wholeWord(word: number, letter: string): string | undefined {
  return word === 0xffffffff ? letter : undefined;
}

function inLane(at: number, count: number): number {
  const left = count - at * 32;
  return left >= 32 ? 0xffffffff : (1 << left) - 1;
}
