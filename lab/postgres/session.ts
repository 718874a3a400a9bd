import pg from 'pg';
import { loopback } from '../ports.ts';

/** A connection that is made when needed and thrown away at the first doubt. Statements take turns. */
export class Session {
  #port: number;
  #password: string;
  #name: string;
  #client: pg.Client | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(port: number, password: string, name: string) {
    this.#port = port;
    this.#password = password;
    this.#name = name;
  }

  /** Rows of one statement; past `within_ms` of its turn, connecting included, the socket is destroyed and this rejects. */
  rows<T>(sql: string, within_ms: number): Promise<T[]> {
    const mine = this.#turn.then(() => this.#within<T>(sql, within_ms));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** The only row of a statement that has one. */
  async row<T>(sql: string, within_ms: number): Promise<T> {
    const [row] = await this.rows<T>(sql, within_ms);
    if (!row) throw new Error(`no row from: ${sql}`);
    return row;
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    // A server that does not answer does not say goodbye either, so nothing waits for it.
    client?.connection.stream.destroy();
  }

  async #within<T>(sql: string, within_ms: number): Promise<T[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${within_ms} ms`)), within_ms);
    });
    try {
      return await Promise.race([this.#ask<T>(sql), late]);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask<T>(sql: string): Promise<T[]> {
    const client = this.#client ?? (await this.#connect());
    return (await client.query(sql)).rows as T[];
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      host: loopback,
      port: this.#port,
      user: 'postgres',
      password: this.#password,
      database: 'postgres',
      application_name: this.#name,
    });
    client.on('error', () => {
      if (this.#client === client) this.#client = null;
    });
    this.#client = client;
    await client.connect();
    return client;
  }
}
