const page_bits = 2 ** 15;
const page_words = page_bits / 32;

interface Page {
  words: Uint32Array<ArrayBuffer>;
  /** Bits set so far. */
  set: number;
}

/**
 * A set of small whole numbers, one bit each, in pages of 32,768. A page that is empty or full keeps no bits, so a long lane
 * whose numbers nearly all share one fate takes next to nothing, whatever its length.
 */
export class Bitmap {
  #pages: (Page | 'full' | undefined)[] = [];
  #partial = 0;

  has(n: number): boolean {
    return (this.word(Math.floor(n / 32)) & (1 << (n & 31))) !== 0;
  }

  add(n: number): void {
    const at = Math.floor(n / page_bits);
    const page = this.#pages[at] ?? this.#open(at);
    if (page === 'full') return;
    const word = Math.floor(n / 32) % page_words;
    const old = page.words[word] ?? 0;
    const bit = 1 << (n & 31);
    if ((old & bit) !== 0) return;
    page.words[word] = old | bit;
    page.set += 1;
    if (page.set === page_bits) this.#fill(at);
  }

  /** Adds `from`..`to - 1`. */
  addRange(from: number, to: number): void {
    let n = from;
    while (n < to) {
      if (n % page_bits === 0 && n + page_bits <= to) {
        this.#fill(n / page_bits);
        n += page_bits;
      } else this.add(n++);
    }
  }

  /** The 32 numbers from `32 * index` on, lowest in the lowest bit. */
  word(index: number): number {
    const page = this.#pages[Math.floor(index / page_words)];
    if (page === undefined) return 0;
    return page === 'full' ? 0xffffffff : (page.words[index % page_words] ?? 0) >>> 0;
  }

  /** Bytes held: 4 KiB for each page that is neither empty nor full, and a reference for each page. */
  bytes(): number {
    return this.#partial * page_words * 4 + this.#pages.length * 8;
  }

  #open(at: number): Page {
    const page: Page = { words: new Uint32Array(page_words), set: 0 };
    // No holes: an array with them would be kept as a slower kind.
    while (this.#pages.length < at) this.#pages.push(undefined);
    this.#pages[at] = page;
    this.#partial += 1;
    return page;
  }

  #fill(at: number): void {
    const page = this.#pages[at];
    if (page === 'full') return;
    if (page !== undefined) this.#partial -= 1;
    while (this.#pages.length < at) this.#pages.push(undefined);
    this.#pages[at] = 'full';
  }
}

/** How many bits of a 32-bit word are set. */
export function bitsIn(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
