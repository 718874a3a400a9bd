import type { EtcdDrill } from '../core/drill.ts';
import type { EtcdTopology } from '../core/topology.ts';
import type { ClusterOrder, LabCluster } from './cluster.ts';
import { inflict } from './etcd/actions.ts';
import { EtcdCluster, memberName, zoneOf } from './etcd/cluster.ts';
import { defaultTiming, engineName } from './etcd/settings.ts';

/** Starts the voters and learners that the drill asks for. */
export async function startEtcd(drill: EtcdDrill, order: ClusterOrder): Promise<LabCluster> {
  const { voters, learners, zones } = drill.topology;
  order.say(`starting ${voters + learners} etcd members`);
  const { run, clock, logs } = order;
  const cluster = await EtcdCluster.start({ run, clock, logs, voters, learners, zones, timing: defaultTiming, tls: false, links: false });
  const { leader } = await cluster.observe();
  order.say(`etcd ${cluster.parts.engine.version}, ${voters} voters and ${learners} learners running, leader ${leader}`);
  return inLab(cluster);
}

/** The same cluster behind the lab's contract. Learners take no client's writes, so they are no endpoints. */
export function inLab(cluster: EtcdCluster): LabCluster {
  const { certificates, engine } = cluster.parts;
  return {
    engine: engineName(engine),
    endpoints: {
      store: 'etcd',
      members: cluster.voters.map(({ name, server }) => ({ name, url: server.place.client_url })),
      ...(certificates && { tls: { ca: certificates.ca, ...certificates.client } }),
    },
    journal: cluster.journal,
    events: cluster.events,
    emit: (what, who, text) => cluster.emit(what, who, text),
    observe: () => cluster.observe(),
    inflict: async (drill, victims, stopped) => {
      if (drill.store !== 'etcd') throw new Error(`a drill of ${drill.store} on etcd`);
      await inflict(cluster, drill.fault, drill.rig ?? {}, victims, stopped);
    },
    restored: () => cluster.restored,
    restore: () => cluster.restore(),
    stop: () => cluster.stop(),
  };
}

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedEtcd(drill: EtcdDrill, at: number): EtcdTopology {
  const { voters, learners, zones } = drill.topology;
  return {
    store: 'etcd',
    observed_at: at,
    members: Array.from({ length: voters + learners }, (_, i) => ({
      name: memberName(i),
      zone: zoneOf(i, zones),
      role: i < voters ? 'voter' : 'learner',
      healthy: true,
    })),
    leader: memberName(0),
    term: 1,
    ...defaultTiming,
    cluster_id: '0',
    revision: 1,
    db_bytes: 0,
  };
}
