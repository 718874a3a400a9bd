import type { Evidence } from '../../lambdas/tools.ts';

/** Documents in memory, as JSON text. `refuses` decides, from the key and the number of tries so far, whether a write fails. */
export class MemoryEvidence implements Evidence {
  readonly #texts = new Map<string, string>();
  readonly #tries = new Map<string, number>();
  readonly #refuses: (key: string, tries: number) => boolean;
  /** Distinct bytes ever stored under a key. */
  readonly versions = new Map<string, Set<string>>();

  constructor(refuses: (key: string, tries: number) => boolean = () => false) {
    this.#refuses = refuses;
  }

  async put(key: string, value: unknown): Promise<void> {
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.set(key, tries);
    if (this.#refuses(key, tries)) throw new Error(`no space for ${key}`);
    const text = JSON.stringify(value);
    this.#texts.set(key, text);
    this.versions.set(key, (this.versions.get(key) ?? new Set()).add(text));
  }

  async get(key: string): Promise<unknown> {
    const text = this.#texts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  keys(): string[] {
    return [...this.#texts.keys()];
  }
}
