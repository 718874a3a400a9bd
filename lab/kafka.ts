import type { KafkaDrill } from '../core/drill.ts';
import type { KafkaTopology } from '../core/topology.ts';
import type { ClusterOrder, LabCluster } from './cluster.ts';

/** Starts the brokers and controllers that the drill asks for, with the topic of the lanes. */
export async function startKafka(drill: KafkaDrill, order: ClusterOrder): Promise<LabCluster> {
  throw new Error(`${drill.name} ${order.run}`);
}

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedKafka(drill: KafkaDrill, at: number): KafkaTopology {
  throw new Error(`${drill.name} ${at}`);
}
