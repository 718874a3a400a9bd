import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { homeFolder, prepareHome } from '../home.ts';
import { Journal, sweepJournals } from '../journal.ts';
import { findPostgres } from './binaries.ts';
import type { Copy } from './copy.ts';
import { Network } from './network.ts';
import { initData, PostgresServer, writeOwned } from './server.ts';
import { Session } from './session.ts';
import { type CommitMode, connection, memberSettings } from './settings.ts';

export interface ClusterPlan {
  /** Names the cluster's folder; one cluster a run. */
  run: string;
  /** Copies, laid over the zones a, b, c in turn. */
  members: number;
  mode: CommitMode;
  link_delay_ms: number;
  hold_promotion_ms: number;
  /** Folder of the servers' logs; it stays. */
  logs: string;
  clock: Clock;
}

/** What a cluster is made of, before any server runs. */
export interface Parts {
  plan: ClusterPlan;
  /** PostgreSQL's own version, such as `18.4`. */
  version: string;
  folder: string;
  copies: Copy[];
  network: Network;
  journal: Journal;
  password: string;
  /** Makes the first copy's data folder; the others are copied from it. */
  initialise(): Promise<void>;
  /** How this standby finds this writer. */
  connection(standby: string, writer: string): string;
}

const zones = ['a', 'b', 'c'] as const;

/** Zone of the i-th copy, counted from 0. */
export function zoneOf(i: number): string {
  return zones[i % zones.length] ?? zones[0];
}

/** Six copies take about 250 MB fresh, and may each keep 256 MB of writes. */
const disk_bytes = 1_000_000_000;

/** Cleans up after killed programs, finds the engine and the disk, and lays out the copies and the links between them. */
export async function assemble(plan: ClusterPlan): Promise<Parts> {
  await sweepJournals();
  await prepareHome(disk_bytes);
  const engine = await findPostgres();
  const folder = join(await homeFolder('clusters'), `${plan.run}-${randomBytes(3).toString('hex')}`);
  const password = randomBytes(24).toString('base64url');
  const passwords = join(folder, 'passwords');
  const names = Array.from({ length: plan.members }, (_, i) => `pg-${i + 1}`);
  let servers: PostgresServer[] = [];
  const network = await Network.open(names, (name) => servers.find((server) => server.name === name)?.port ?? null);
  const journal = await Journal.open();
  await journal.folder(folder);
  servers = names.map((name) => {
    const log = join(plan.logs, `${name}.log`);
    return new PostgresServer({ name, engine, folder: join(folder, name), log, settings: memberSettings(name, plan.mode), watch: journal });
  });
  const copies = servers.map((server, i) => copyOf(server, i, network, password));
  return {
    plan,
    version: engine.version,
    folder,
    copies,
    network,
    journal,
    password,
    connection: (standby, writer) => connection(standby, network.between(standby, writer).port, passwords),
    initialise: async () => {
      await initData(engine, join(folder, names[0] ?? ''), password);
      await writeOwned(passwords, `*:*:*:postgres:${password}\n`);
    },
  };
}

function copyOf(server: PostgresServer, i: number, network: Network, password: string): Copy {
  const { name } = server;
  return {
    name,
    zone: zoneOf(i),
    server,
    diverged: false,
    control: new Session(network.control(name).port, password, 'controller'),
    direct: new Session(network.direct(name).port, password, 'lab'),
  };
}
