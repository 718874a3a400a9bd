import type { AuroraDrill, Drill, EtcdDrill, KafkaDrill } from '../core/drill.ts';
import type { Protocol, Segment, Target, WitnessName } from './contract.ts';
import { membersText } from './etcd/members.ts';

/** Where a store answers. */
export type Endpoints =
  /** The endpoint that follows the writer, and every copy directly; `dialect` where it is Aurora itself and no stand-in. */
  | { store: 'aurora'; writer: string; copies: { name: string; url: string }[]; dialect?: 'aurora' }
  /** Brokers to begin with, as `host:port`, and the topic of the lanes. */
  | { store: 'msk'; bootstrap: string[]; topic: string }
  /** Client URLs of all members; certificates by file where they use TLS. */
  | { store: 'etcd'; members: { name: string; url: string }[]; tls?: { ca: string; cert: string; key: string } };

/** One segment of one witness, as its place in the run orders it. */
export interface SegmentOrder {
  run: string;
  drill: Drill;
  witness: WitnessName;
  segment: number;
  stop_at: number;
}

const beat_every_ms = 1000;
const bin_ms = 200;
/** Beyond those that hang until the attempt timeout: enough for attempts that overlap while nothing hangs. */
const spare_connections = 4;

/** What one witness does: half of each load, on every target. Its lanes are its own, for a lane is a target and a segment. */
export function targetsFor(drill: Drill, endpoints: Endpoints): Target[] {
  if (drill.store === 'aurora' && endpoints.store === 'aurora') return auroraTargets(drill.load, endpoints);
  if (drill.store === 'msk' && endpoints.store === 'msk') return kafkaTargets(drill, endpoints);
  if (drill.store === 'etcd' && endpoints.store === 'etcd') return etcdTargets(drill.load, endpoints);
  throw new Error(`a drill of ${drill.store} and endpoints of ${endpoints.store}`);
}

function auroraTargets(load: AuroraDrill['load'], endpoints: Extract<Endpoints, { store: 'aurora' }>): Target[] {
  return withLoad([
    lane(load, 'writer', 'service', endpoints.writer, load.rate_hz),
    lane(load, 'reads', 'read', endpoints.writer, load.read_hz),
    ...endpoints.copies.map(({ name, url }) => lane(load, name, 'pinned', url, load.pinned_hz)),
  ]);
}

/** Writes and linearizable reads through all members, and serializable reads of each member alone, `pinned_hz` of each. */
function etcdTargets(load: EtcdDrill['load'], { members }: Extract<Endpoints, { store: 'etcd' }>): Target[] {
  return withLoad([
    lane(load, 'writes', 'service', membersText(members), load.rate_hz),
    lane(load, 'reads', 'read', membersText(members), load.read_hz),
    ...members.map((member) => lane(load, member.name, 'serializable', membersText([member]), load.pinned_hz)),
  ]);
}

function lane(load: Drill['load'], name: string, kind: Target['kind'], url: string, both_hz: number): Target {
  const rate_hz = both_hz / 2;
  return { name, kind, url, rate_hz, connections: Math.ceil((rate_hz * load.attempt_timeout_ms) / 1000) + spare_connections };
}

function withLoad(targets: Target[]): Target[] {
  return targets.filter(({ rate_hz }) => rate_hz > 0);
}

/** One lane for each partition, `p0` and on, the load spread evenly. */
function kafkaTargets({ load, topology, rig }: KafkaDrill, endpoints: Endpoints): Target[] {
  const rate_hz = ((load.rate_hz / topology.partitions) * (rig?.load_share ?? 1)) / 2;
  return Array.from({ length: topology.partitions }, (_, partition): Target => {
    return { name: `p${partition}`, kind: 'service', url: serviceUrl(endpoints), rate_hz, connections: 1, partition };
  });
}

/** Where clients write: the endpoint that follows the writer, all members, or the brokers to begin with. */
export function serviceUrl(endpoints: Endpoints): string {
  if (endpoints.store === 'etcd') return membersText(endpoints.members);
  return endpoints.store === 'aurora' ? endpoints.writer : `kafka://${endpoints.bootstrap.join(',')}`;
}

export function segmentFor(order: SegmentOrder, endpoints: Endpoints): Segment {
  const { run, drill, witness, segment, stop_at } = order;
  return {
    run,
    witness,
    segment,
    protocol: protocolOf(drill, endpoints),
    targets: targetsFor(drill, endpoints),
    attempt_timeout_ms: drill.load.attempt_timeout_ms,
    stop_at,
    beat_every_ms,
    bin_ms,
  };
}

/** How a witness of this drill talks to these endpoints. */
export function protocolOf(drill: Drill, endpoints: Endpoints): Protocol {
  if (drill.store === 'msk' && endpoints.store === 'msk') return { name: 'kafka', topic: endpoints.topic, client: drill.client };
  if (endpoints.store === 'etcd') return { name: 'etcd', ...(endpoints.tls === undefined ? {} : { tls: endpoints.tls }) };
  if (endpoints.store === 'aurora' && endpoints.dialect !== undefined) return { name: 'postgres', dialect: endpoints.dialect };
  return { name: 'postgres' };
}
