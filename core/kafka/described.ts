import type { DeclaredKafka, KafkaTopology } from '../topology.ts';
import { several } from '../words.ts';

/** What the drill declares, in words. */
export function declaredLines(topology: DeclaredKafka): string[] {
  return [
    `${several(topology.brokers, 'broker')} in ${several(topology.zones, 'rack')}, ${several(topology.controllers, 'controller')}`,
    `${several(topology.partitions, 'partition')}, replication factor ${topology.replication_factor}, min ISR ${topology.min_isr}, unclean election ${topology.unclean_election ? 'on' : 'off'}`,
  ];
}

/** Declared and observed counts, side by side. */
export function comparedCounts(declared: DeclaredKafka, observed: KafkaTopology): [what: string, declared: number, observed: number][] {
  const brokers = observed.members.filter(({ role }) => role === 'broker');
  const voters = observed.members.filter(({ role }) => role === 'controller');
  return [
    ['brokers', declared.brokers, brokers.length],
    ['racks', declared.zones, new Set(brokers.map(({ zone }) => zone)).size],
    ...(voters.length === 0 ? [] : [['controllers', declared.controllers, voters.length] as [string, number, number]]),
    ['partitions', declared.partitions, observed.partitions.length],
    ['replication factor', declared.replication_factor, replicationFactor(observed)],
    ['min ISR', declared.min_isr, observed.min_isr],
  ];
}

/** The least over the partitions. */
export function replicationFactor({ partitions }: KafkaTopology): number {
  return partitions.length === 0 ? 0 : Math.min(...partitions.map(({ replicas }) => replicas.length));
}

/** What a reader should know of this topology though nothing was declared against it. */
export function topologyFindings(topology: KafkaTopology): string[] {
  const factor = replicationFactor(topology);
  return [
    ...(topology.unclean_election ? ['unclean election is on: a replica that lacks acknowledged records may become leader'] : []),
    ...(topology.min_isr >= factor ? [`min ISR ${topology.min_isr} of ${factor} replicas: the loss of any one stops acks=all writes`] : []),
    ...(topology.min_isr === 1 ? ['min ISR 1: a record may be acknowledged by the leader alone'] : []),
  ];
}
