import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { homeFolder, prepareHome } from '../lab/home.ts';
import { Journal, sweepJournals } from '../lab/journal.ts';
import { loopback } from '../lab/ports.ts';
import { findPostgres } from '../lab/postgres/binaries.ts';
import { initData, PostgresServer, writeOwned } from '../lab/postgres/server.ts';
import { memberSettings } from '../lab/postgres/settings.ts';
import { type Mortal, reapOnExit, spare } from '../lab/reap.ts';

const disk_bytes = 1_000_000_000;

/** One PostgreSQL with no standbys and nothing that watches it. It asks for no password, so that a login costs what it costs without. */
export class BenchServer implements Mortal {
  readonly folder: string;
  readonly version: string;
  readonly journal: Journal;
  readonly server: PostgresServer;

  private constructor(folder: string, version: string, journal: Journal, server: PostgresServer) {
    this.folder = folder;
    this.version = version;
    this.journal = journal;
    this.server = server;
  }

  static async start(run: string, logs: string): Promise<BenchServer> {
    await sweepJournals();
    await prepareHome(disk_bytes);
    const engine = await findPostgres();
    const journal = await Journal.open();
    const folder = join(await homeFolder('clusters'), `${run}-${randomBytes(3).toString('hex')}`);
    await journal.folder(folder);
    const data = join(folder, 'pg-1');
    const settings = { ...memberSettings('pg-1', 'asynchronous'), max_connections: '1000' };
    const server = new PostgresServer({ name: 'pg-1', engine, folder: data, log: join(logs, 'pg-1.log'), settings, watch: journal });
    const started = new BenchServer(folder, engine.version, journal, server);
    reapOnExit(started);
    try {
      await initData(engine, data, randomBytes(24).toString('base64url'));
      await writeOwned(join(data, 'pg_hba.conf'), `host all all ${loopback}/32 trust\n`);
      await server.start();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get port(): number {
    if (this.server.port === null) throw new Error('the server does not run');
    return this.server.port;
  }

  get url(): string {
    return `postgres://postgres@${loopback}:${this.port}/postgres`;
  }

  processes() {
    return this.server.postmaster ? [this.server.postmaster] : [];
  }

  async stop(): Promise<void> {
    await this.server.stop('immediate');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await this.journal.removed(this.folder);
    await this.journal.close();
    spare(this);
  }
}
