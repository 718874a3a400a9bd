import type { Drill } from '../core/drill.ts';
import type { ObservedTopology } from '../core/topology.ts';
import type { ClusterOrder, LabCluster } from './cluster.ts';
import { plannedEtcd, startEtcd } from './etcd.ts';
import { plannedKafka, startKafka } from './kafka.ts';
import { plannedPostgres, startPostgres } from './postgres.ts';

/** Name of the lab's store: one drill at a time, since two would measure each other. */
export function labStore(drill: Drill): string {
  return `lab/${drill.store}`;
}

/** Starts the cluster that a drill asks for; throws MissingEngine where its engine cannot be had. */
export function startCluster(drill: Drill, order: ClusterOrder): Promise<LabCluster> {
  if (drill.store === 'etcd') return startEtcd(drill, order);
  return drill.store === 'aurora' ? startPostgres(drill, order) : startKafka(drill, order);
}

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedTopology(drill: Drill, at: number): ObservedTopology {
  if (drill.store === 'etcd') return plannedEtcd(drill, at);
  return drill.store === 'aurora' ? plannedPostgres(drill, at) : plannedKafka(drill, at);
}
