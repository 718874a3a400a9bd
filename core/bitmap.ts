/** A set of small whole numbers, one bit each, that doubles as it grows. */
export class Bitmap {
  #words: Uint32Array<ArrayBuffer>;

  constructor(size = 0) {
    this.#words = new Uint32Array(Math.max(32, Math.ceil(size / 32)));
  }

  has(n: number): boolean {
    return ((this.#words[n >>> 5] ?? 0) & (1 << (n & 31))) !== 0;
  }

  add(n: number): void {
    const at = n >>> 5;
    if (at >= this.#words.length) this.#grow(at + 1);
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (n & 31));
  }

  /** Adds `from`..`to - 1`. */
  addRange(from: number, to: number): void {
    let n = from;
    while (n < to && (n & 31) !== 0) this.add(n++);
    const whole = to & ~31;
    if (whole > n) {
      if (whole >>> 5 > this.#words.length) this.#grow(whole >>> 5);
      this.#words.fill(0xffffffff, n >>> 5, whole >>> 5);
      n = whole;
    }
    while (n < to) this.add(n++);
  }

  /** The 32 numbers from `32 * index` on, lowest in the lowest bit. */
  word(index: number): number {
    return (this.#words[index] ?? 0) >>> 0;
  }

  bytes(): number {
    return this.#words.byteLength;
  }

  #grow(words: number): void {
    const grown = new Uint32Array(Math.max(words, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
  }
}

/** How many bits of a 32-bit word are set. */
export function bitsIn(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
