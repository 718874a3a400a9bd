import type { Series } from '../core/record.ts';
import type { Attempt } from './contract.ts';
import { Latencies } from './quantiles.ts';

interface Bin {
  counts: { ok: number; failed: number; indeterminate: number };
  p50: number | null;
  p99: number | null;
}

const counted = { acked: 'ok', failed: 'failed', indeterminate: 'indeterminate' } as const;
const timed = ['p50', 'p99'] as const;
/** An attempt is noted as soon as it completes, so a bin this many widths back gets no more. */
const open_bins = 2;

/**
 * What one lane's attempts came to, in bins aligned to epoch multiples of their width, by completion. A bin in which the process
 * never ran is missing, not zero; a bin without an ok has no latency.
 */
export class LaneSeries {
  #bin_ms: number;
  #first: number;
  #bins: (Bin | null)[] = [];
  #open = new Map<number, Latencies>();

  constructor(started_at: number, bin_ms: number) {
    this.#bin_ms = bin_ms;
    this.#first = Math.floor(started_at / bin_ms);
  }

  /** The process runs now, so this bin was watched. */
  watched(now: number): void {
    this.#bin(this.#place(now));
  }

  /** Latency counts from the planned send, so that a stalled sender cannot hide an outage. */
  note(planned_at: number, attempt: Attempt): void {
    if (attempt.outcome === 'unsent') return;
    const oldest = Math.max(0, this.#bins.length - open_bins);
    const place = Math.max(oldest, this.#place(attempt.done_at));
    this.#bin(place).counts[attempt.outcome] += 1;
    if (attempt.outcome !== 'ok') return;
    const latencies = this.#open.get(place) ?? new Latencies();
    this.#open.set(place, latencies);
    latencies.add(attempt.done_at - planned_at);
  }

  /** Five series, named `<target>/<measure>/<witness>`. */
  series(target: string, witness: string): Series[] {
    for (const [place, latencies] of this.#open) this.#settle(place, latencies);
    const common = { start_at: this.#first * this.#bin_ms, bin_ms: this.#bin_ms };
    const counts = Object.entries(counted).map(([measure, outcome]) => ({
      name: `${target}/${measure}/${witness}`,
      unit: 'attempts',
      ...common,
      points: this.#bins.map((bin) => bin?.counts[outcome] ?? null),
    }));
    const latency = timed.map((measure) => ({
      name: `${target}/${measure}/${witness}`,
      unit: 'ms',
      ...common,
      points: this.#bins.map((bin) => bin?.[measure] ?? null),
    }));
    return [...counts, ...latency];
  }

  #place(at: number): number {
    return Math.floor(at / this.#bin_ms) - this.#first;
  }

  #bin(place: number): Bin {
    while (this.#bins.length <= place) this.#bins.push(null);
    const bin = this.#bins[place] ?? { counts: { ok: 0, failed: 0, indeterminate: 0 }, p50: null, p99: null };
    this.#bins[place] = bin;
    for (const [old, latencies] of this.#open) {
      if (old > place - open_bins) continue;
      this.#settle(old, latencies);
      this.#open.delete(old);
    }
    return bin;
  }

  #settle(place: number, latencies: Latencies): void {
    const bin = this.#bins[place];
    if (!bin) return;
    bin.p50 = latencies.quantile(0.5);
    bin.p99 = latencies.quantile(0.99);
  }
}
