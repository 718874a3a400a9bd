import { readdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { findEtcd } from './etcd/binaries.ts';
import { drillHome, prepareHome } from './home.ts';
import { describeKafka } from './kafka/binaries.ts';
import { freePort } from './ports.ts';
import { findPostgres } from './postgres/binaries.ts';

/** One thing that a run needs; `got` says what is there, or what is wrong and what mends it. */
export interface Finding {
  what: string;
  ok: boolean;
  got: string;
}

const least_free_bytes = 1_000_000_000;

/** Looks at everything that the lab needs; changes nothing but making the drill home and what an engine's first use puts there. */
export function examine(): Promise<Finding[]> {
  return Promise.all([
    look(
      'node',
      async () =>
        `${process.version} on ${process.platform}-${process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    ),
    look('drill home', () => prepareHome()),
    look('disk', async () => freeDisk()),
    look('loopback port', async () => `127.0.0.1:${await freePort()} can be had`),
    look('PostgreSQL', async () => {
      const { version, bin } = await findPostgres();
      return `${version} in ${bin}`;
    }),
    look('Apache Kafka', () => describeKafka()),
    look('etcd', async () => {
      const { version, bin } = await findEtcd();
      return `${version} in ${bin}`;
    }),
    look('left by killed programs', async () => {
      const journals = await readdir(join(drillHome(), 'journal')).catch(() => []);
      return journals.length === 0
        ? 'nothing'
        : `${journals.length} journals of live or killed programs; the next run cleans up after the killed ones`;
    }),
  ]);
}

async function look(what: string, see: () => Promise<string>): Promise<Finding> {
  return see().then(
    (got) => ({ what, ok: true, got }),
    (error: unknown) => ({ what, ok: false, got: error instanceof Error ? error.message : String(error) }),
  );
}

async function freeDisk(): Promise<string> {
  const home = await prepareHome(least_free_bytes);
  const disk = await statfs(home);
  return `${Math.floor((disk.bavail * disk.bsize) / 1e9)} GB free below ${home}`;
}
