import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { homeFolder, prepareHome } from '../home.ts';
import { Journal, sweepJournals } from '../journal.ts';
import { keptPorts } from '../kept-ports.ts';
import { loopback } from '../ports.ts';
import { findKafka, type KafkaEngine } from './binaries.ts';
import { KafkaNetwork, type Path, portBehind } from './network.ts';
import { layOut } from './placement.ts';
import { KafkaServer } from './server.ts';
import { logging, type Node, nodeSettings, properties } from './settings.ts';

export interface KafkaPlan {
  /** Names the cluster's folder; one cluster a run. */
  run: string;
  brokers: number;
  controllers: number;
  /** Racks that brokers and controllers are laid over in turn. */
  zones: number;
  topic: string;
  partitions: number;
  replication_factor: number;
  min_isr: number;
  unclean_election: boolean;
  /** Every way into a broker goes through a link that can be cut; it takes throughput. */
  links?: boolean;
  /** Folder of the servers' logs; it stays. */
  logs: string;
  clock: Clock;
}

/** What a cluster is made of, before any server runs. */
export interface KafkaParts {
  plan: KafkaPlan;
  engine: KafkaEngine;
  folder: string;
  brokers: KafkaServer[];
  controllers: KafkaServer[];
  journal: Journal;
  network: KafkaNetwork | null;
  /** Formats every node's data folder. */
  format(): Promise<void>;
}

const run = promisify(execFile);
/** Logs, indexes that are preallocated sparse, and some minutes of records, of five brokers. */
const disk_bytes = 2_000_000_000;
const format_limit_ms = 60_000;

/** Cleans up after killed programs, finds the engine and the disk, and lays out the nodes on ports of their own. */
export async function assemble(plan: KafkaPlan): Promise<KafkaParts> {
  await sweepJournals();
  await prepareHome(disk_bytes);
  const engine = await findKafka();
  const folder = join(await homeFolder('clusters'), `${plan.run}-${randomBytes(3).toString('hex')}`);
  let servers: KafkaServer[] = [];
  const layout = layOut(plan.brokers, plan.controllers, plan.zones);
  const names = layout.filter(({ role }) => role === 'broker').map(({ name }) => name);
  const portOf = (name: string, path: Path) =>
    portBehind(
      servers.find((one) => one.name === name),
      path,
    );
  const network = plan.links ? await KafkaNetwork.open(names, portOf) : null;
  const nodes = await withPorts(layout, network);
  const journal = await Journal.open();
  await journal.folder(folder);
  servers = nodes.map((node) => {
    const home = join(folder, node.name);
    const settings = nodeSettings(node, nodes, join(home, 'data'));
    return new KafkaServer({ node, engine, folder: home, log: join(plan.logs, `${node.name}.log`), settings, watch: journal });
  });
  const some = (role: Node['role']) => servers.filter(({ node }) => node.role === role);
  return {
    plan,
    engine,
    folder,
    brokers: some('broker'),
    controllers: some('controller'),
    journal,
    network,
    format: () => format(engine, nodes, folder),
  };
}

async function withPorts(layout: Pick<Node, 'id' | 'name' | 'role' | 'zone'>[], network: KafkaNetwork | null): Promise<Node[]> {
  const ports = await keptPorts(2 * layout.length);
  return layout.map((each): Node => {
    const node = { ...each, port: ports.shift() ?? 0, directory: kafkaId() };
    if (!network || node.role === 'controller') return node;
    const [clients, brokers] = [network.link(node.name, 'clients').port, network.link(node.name, 'brokers').port];
    return { ...node, linked: { port: ports.shift() ?? 0, clients, brokers } };
  });
}

/** 16 random bytes as Kafka writes them; its own tool takes one that begins with a dash for an option. */
function kafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/**
 * Kafka's own tool formats the first controller, which takes a second of Java; the others differ from it by their names alone, and
 * brokers fetch everything else from them.
 */
async function format(engine: KafkaEngine, nodes: Node[], folder: string): Promise<void> {
  const cluster = kafkaId();
  const data = ({ name }: Node) => join(folder, name, 'data');
  const controllers = nodes.filter(({ role }) => role === 'controller');
  const [first, ...others] = controllers;
  if (!first) throw new Error('a cluster without controllers');
  for (const node of nodes) await mkdir(data(node), { recursive: true, mode: 0o700 });
  const config = join(folder, first.name, 'server.properties');
  const log4j = join(folder, first.name, 'log4j2.properties');
  await writeFile(config, properties(nodeSettings(first, nodes, data(first))), { mode: 0o600 });
  await writeFile(log4j, logging, { mode: 0o600 });
  const voters = controllers.map(({ id, port, directory }) => `${id}@${loopback}:${port}:${directory}`).join(',');
  const tool = ['kafka.tools.StorageTool', 'format', '--cluster-id', cluster, '--config', config, '--initial-controllers', voters];
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${log4j}`];
  const options = { cwd: folder, env: { LC_ALL: 'C' }, timeout: format_limit_ms };
  await run(engine.java, [...flags, '-cp', engine.classpath, ...tool], options).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-12).join('\n');
      throw new Error(`${first.name} was not formatted; Kafka's storage tool says:\n${said || error.message}`);
    },
  );
  for (const other of others) await cp(data(first), data(other), { recursive: true });
  for (const node of nodes) {
    const identity = { version: '1', 'cluster.id': cluster, 'node.id': String(node.id), 'directory.id': node.directory };
    await writeFile(join(data(node), 'meta.properties'), properties(identity), { mode: 0o600 });
  }
}
