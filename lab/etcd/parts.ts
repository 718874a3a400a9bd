import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { homeFolder, prepareHome } from '../home.ts';
import { Journal, sweepJournals } from '../journal.ts';
import { keptPorts } from '../kept-ports.ts';
import { loopback } from '../ports.ts';
import { type EtcdEngine, findEtcd } from './binaries.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Credentials, readCredentials } from './gateway.ts';
import { Peers } from './peers.ts';
import { EtcdServer } from './server.ts';
import type { Timing } from './settings.ts';

export interface ClusterPlan {
  /** Names the cluster's folder; one cluster a run. */
  run: string;
  voters: number;
  learners: number;
  /** Members are laid over this many zones in turn. */
  zones: number;
  timing: Timing;
  /** Mutual TLS for clients and peers. */
  tls: boolean;
  /** A link before every member's peer port, which can be cut. */
  links: boolean;
  /** Folder of the servers' logs; it stays. */
  logs: string;
  clock: Clock;
}

export interface EtcdMember {
  name: string;
  zone: string;
  role: 'voter' | 'learner';
  server: EtcdServer;
}

/** What a cluster is made of, before any server runs. */
export interface Parts {
  plan: ClusterPlan;
  engine: EtcdEngine;
  folder: string;
  members: EtcdMember[];
  peers: Peers | null;
  certificates: Certificates | null;
  credentials: Credentials | null;
  journal: Journal;
}

/** Name of the i-th member, counted from 0; learners come after the voters. */
export function memberName(i: number): string {
  return `etcd-${i + 1}`;
}

/** Zone of the i-th member, counted from 0. */
export function zoneOf(i: number, zones: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + (i % zones));
}

/** A member preallocates 122 MB. */
const member_bytes = 130_000_000;

/** Cleans up after killed programs, finds the engine and the disk, and lays out the members and the links between them. */
export async function assemble(plan: ClusterPlan): Promise<Parts> {
  await sweepJournals();
  const count = plan.voters + plan.learners;
  await prepareHome(count * member_bytes);
  const engine = await findEtcd();
  const folder = join(await homeFolder('clusters'), `${plan.run}-${randomBytes(3).toString('hex')}`);
  const journal = await Journal.open();
  await journal.folder(folder);
  const certificates = plan.tls ? await makeCertificates(join(folder, 'certificates')) : null;
  const { ca = '', client = { cert: '', key: '' } } = certificates ?? {};
  const credentials = certificates && (await readCredentials({ ca, ...client }));
  const { members, peers } = await layOut(plan, count, { engine, folder, certificates, journal });
  return { plan, engine, folder, members, peers, certificates, credentials, journal };
}

type Common = Pick<Parts, 'engine' | 'folder' | 'certificates' | 'journal'>;

async function layOut(plan: ClusterPlan, count: number, { engine, folder, certificates, journal }: Common) {
  const ports = await keptPorts(2 * count);
  const names = Array.from({ length: count }, (_, i) => memberName(i));
  const peers = plan.links ? await Peers.open(names.map((name, i) => ({ name, peer_port: ports[2 * i + 1] ?? 0 }))) : null;
  const url = (port: number | undefined): string => `${plan.tls ? 'https' : 'http'}://${loopback}:${port}`;
  const members = names.map((name, i): EtcdMember => {
    const listen_peer_url = url(ports[2 * i + 1]);
    const peer_url = peers ? url(peers.link(name).port) : listen_peer_url;
    const place = { name, client_url: url(ports[2 * i]), peer_url, listen_peer_url };
    const log = join(plan.logs, `${name}.log`);
    const server = new EtcdServer({ place, engine, folder: join(folder, name), log, timing: plan.timing, certificates, watch: journal });
    return { name, zone: zoneOf(i, plan.zones), role: i < plan.voters ? 'voter' : 'learner', server };
  });
  return { members, peers };
}
