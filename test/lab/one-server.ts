import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { BenchServer } from '../../bench/bench-server.ts';

/** One PostgreSQL of the test's own, and ways to put it into each state that a probe may meet. */
export class OneServer {
  readonly bench: BenchServer;
  #logs: string;

  private constructor(bench: BenchServer, logs: string) {
    this.bench = bench;
    this.#logs = logs;
  }

  static async start(name: string): Promise<OneServer> {
    const logs = await mkdtemp(join(tmpdir(), 'probe-'));
    return new OneServer(await BenchServer.start(name, logs), logs);
  }

  get url(): string {
    return this.bench.url;
  }

  /** One statement on a connection of its own; rows as arrays. */
  async sql(text: string, values: unknown[] = []): Promise<unknown[][]> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<unknown[]>({ text, values, rowMode: 'array' })).rows;
    } finally {
      await client.end();
    }
  }

  /** From now on every commit waits for a standby that does not exist, until `release`. */
  async waitForNobody(): Promise<void> {
    await this.sql(`alter system set synchronous_standby_names = 'nobody'`);
    await this.#reloaded('nobody');
  }

  async release(): Promise<void> {
    await this.sql(`alter system set synchronous_standby_names = ''`);
    await this.#reloaded('');
  }

  /** The backend that runs the probe's statement; waits until there is one that waits for `event`. */
  async waiting(event: string): Promise<number> {
    for (;;) {
      const [row] = await this.sql(`select pid from pg_stat_activity where application_name = 'quorum-drill' and wait_event = $1`, [event]);
      if (row) return Number(row[0]);
    }
  }

  /** Restarts it as a standby of nobody, which takes readers or not even those. */
  async becomeStandby(hot: boolean): Promise<void> {
    const { server } = this.bench;
    await server.stop('fast');
    await writeFile(join(server.folder, 'standby.signal'), '');
    server.settings.hot_standby = hot ? 'on' : 'off';
    await server.start();
  }

  async becomeWriter(): Promise<void> {
    const { server } = this.bench;
    await server.stop('fast');
    await rm(join(server.folder, 'standby.signal'), { force: true });
    server.settings.hot_standby = 'on';
    await server.start();
  }

  async stop(): Promise<void> {
    await this.bench.stop();
    await rm(this.#logs, { recursive: true, force: true });
  }

  async #reloaded(wanted: string): Promise<void> {
    await this.sql('select pg_reload_conf()');
    while ((await this.sql('show synchronous_standby_names'))[0]?.[0] !== wanted);
  }
}
