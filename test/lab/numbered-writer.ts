import pg from 'pg';

/** Writes numbers one after another through a url until told to stop, reconnecting at once, and remembers which were acknowledged. */
export class NumberedWriter {
  readonly acked: number[] = [];
  #url: string;
  #next: number;
  #stopping = false;
  #done: Promise<void>;
  #waiting: { count: number; resolve(): void }[] = [];

  constructor(url: string, from = 0) {
    this.#url = url;
    this.#next = from;
    this.#done = this.#write();
  }

  /** Resolves when so many more have been acknowledged. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.acked.length + count, resolve }));
  }

  async stop(): Promise<number[]> {
    this.#stopping = true;
    await this.#done;
    return this.acked;
  }

  async #write(): Promise<void> {
    let client: pg.Client | null = null;
    while (!this.#stopping) {
      const n = this.#next;
      this.#next += 1;
      try {
        client ??= await connect(this.#url);
        await within(client.query('insert into numbers values ($1)', [n]), 300);
        this.acked.push(n);
        for (const one of this.#waiting.filter(({ count }) => count <= this.acked.length)) one.resolve();
      } catch {
        client?.connection.stream.destroy();
        client = null;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    client?.connection.stream.destroy();
  }
}

export async function connect(url: string, within_ms = 300): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await within(client.connect(), within_ms);
    return client;
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
}

/** One statement on a connection of its own. */
export async function ask<T>(url: string, sql: string, within_ms = 5_000): Promise<T[]> {
  const client = await connect(url, within_ms);
  try {
    return (await within(client.query(sql), within_ms)).rows as T[];
  } finally {
    client.connection.stream.destroy();
  }
}

export async function numbers(url: string): Promise<Set<number>> {
  return new Set((await ask<{ n: number }>(url, 'select n from numbers')).map(({ n }) => n));
}

/** Acknowledged numbers that are not there. */
export async function lost(url: string, acked: number[]): Promise<number[]> {
  const present = await numbers(url);
  return acked.filter((n) => !present.has(n));
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
