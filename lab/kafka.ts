import type { KafkaDrill } from '../core/drill.ts';
import type { KafkaTopology } from '../core/topology.ts';
import type { ClusterOrder, LabCluster } from './cluster.ts';
import { inflict } from './kafka/actions.ts';
import { KafkaCluster, type KafkaPlan } from './kafka/cluster.ts';
import { layOut, place } from './kafka/placement.ts';
import { timings } from './kafka/settings.ts';

const topic = 'quorum-drill';

/** Starts the brokers and controllers that the drill asks for, with the topic of the lanes. */
export async function startKafka(drill: KafkaDrill, order: ClusterOrder): Promise<LabCluster> {
  const plan = planned(drill);
  order.say(`starting ${plan.controllers} Kafka controllers and ${plan.brokers} brokers`);
  const cluster = await KafkaCluster.start({ ...plan, run: order.run, clock: order.clock, logs: order.logs });
  const { replication_factor, min_isr, partitions } = plan;
  order.say(`Apache Kafka ${cluster.version}, ${partitions} partitions, replication factor ${replication_factor}, min ISR ${min_isr}`);
  return inLab(cluster);
}

/** The same cluster behind the lab's contract. */
export function inLab(cluster: KafkaCluster): LabCluster {
  return {
    engine: { name: 'Apache Kafka', version: cluster.version },
    endpoints: { store: 'msk', bootstrap: cluster.bootstrap, topic: cluster.plan.topic },
    journal: cluster.journal,
    events: cluster.events,
    emit: (what, who, text) => cluster.emit(what, who, text),
    observe: () => cluster.observe(),
    inflict: async (drill, victims, stopped) => {
      if (drill.store !== 'msk') throw new Error(`a drill of ${drill.store} on Kafka`);
      await inflict(cluster, drill.fault, victims, stopped);
    },
    restore: () => cluster.restore(),
    stop: () => cluster.stop(),
  };
}

/** The topology that the lab would start for this drill, without starting anything. */
export function plannedKafka(drill: KafkaDrill, at: number): KafkaTopology {
  const plan = planned(drill);
  const nodes = layOut(plan.brokers, plan.controllers, plan.zones);
  const brokers = nodes.filter(({ role }) => role === 'broker');
  return {
    store: 'msk',
    observed_at: at,
    members: nodes.map(({ name, zone, role }) => ({ name, zone, role, healthy: true })),
    topic,
    partitions: place(brokers, plan.partitions, plan.replication_factor).map((replicas, partition) => ({
      partition,
      leader: replicas[0] ?? null,
      leader_epoch: 0,
      replicas,
      isr: replicas,
    })),
    min_isr: plan.min_isr,
    unclean_election: plan.unclean_election,
    active_controller: nodes.find(({ role }) => role === 'controller')?.name ?? null,
    ...timings,
    elr: true,
  };
}

/** What is declared, where the rig says nothing else. */
function planned({ topology, rig }: KafkaDrill): Omit<KafkaPlan, 'run' | 'clock' | 'logs'> {
  const { brokers, controllers, zones, partitions, unclean_election } = topology;
  return {
    brokers,
    controllers,
    zones,
    topic,
    partitions,
    unclean_election,
    replication_factor: rig?.replication_factor ?? topology.replication_factor,
    min_isr: rig?.min_isr ?? topology.min_isr,
  };
}
