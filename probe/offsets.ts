import type { OffsetRun } from '../core/record.ts';

const most_runs = 4096;

/** Where acknowledged numbers were stored, as runs of numbers and offsets that rise evenly together: the latest 4,096 of them. */
export class OffsetRuns {
  /** A ring: the oldest run is at `#oldest` once it is full. */
  #runs: OffsetRun[] = [];
  #oldest = 0;
  #last: OffsetRun | null = null;

  get any(): boolean {
    return this.#last !== null;
  }

  add(n: number, offset: number): void {
    const last = this.#last;
    if (last !== null && n === last.n + last.count) {
      // The second of a run tells how far apart its offsets are.
      const apart = last.count === 1 ? offset - last.offset : (last.apart ?? 1);
      if (apart > 0 && offset === last.offset + last.count * apart) {
        last.count += 1;
        if (apart > 1) last.apart = apart;
        return;
      }
    }
    this.#last = { n, offset, count: 1 };
    if (this.#runs.length < most_runs) {
      this.#runs.push(this.#last);
      return;
    }
    this.#runs[this.#oldest] = this.#last;
    this.#oldest = (this.#oldest + 1) % most_runs;
  }

  /** In the order in which they were acknowledged. */
  runs(): OffsetRun[] {
    return [...this.#runs.slice(this.#oldest), ...this.#runs.slice(0, this.#oldest)].map((run) => ({ ...run }));
  }
}
