const growth = 1.02;
const smallest_ms = 0.001;
const buckets = 1100;
const logGrowth = Math.log(growth);

/** Latencies in buckets 2 % apart, from a microsecond to 48 minutes: the same memory for ten and for a million. */
export class Latencies {
  #counts = new Uint32Array(buckets);
  #total = 0;

  /** Negative and vanishing latencies count as the smallest, for a dropped sample would hide something. */
  add(ms: number): void {
    const at = ms > smallest_ms ? Math.min(buckets - 1, Math.floor(Math.log(ms / smallest_ms) / logGrowth)) : 0;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
  }

  /** The latency that a share `q` of all is at or below, within 1 %, rounded to a microsecond; null when there is none. */
  quantile(q: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    let at = -1;
    while (seen < rank) seen += this.#counts[++at] ?? 0;
    return Math.round(smallest_ms * growth ** (at + 0.5) * 1000) / 1000;
  }
}
