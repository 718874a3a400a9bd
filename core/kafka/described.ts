import { brokerName, type DeclaredKafka, type KafkaTopology } from '../topology.ts';
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
    ...rackFindings(topology),
    ...(topology.min_isr === 1 ? ['min ISR 1: a record may be acknowledged by the leader alone'] : []),
  ];
}

/** Two replicas in one rack go together with it; an even quorum spares no more voters than one less. */
function rackFindings({ members, partitions }: KafkaTopology): string[] {
  const rackOf = new Map(members.map(({ name, zone }) => [name, zone]));
  const crowded = partitions.filter(({ replicas }) => new Set(replicas.map((id) => rackOf.get(brokerName(id)))).size < replicas.length);
  const voters = members.filter(({ role }) => role === 'controller').length;
  return [
    ...(crowded.length > 0
      ? [`${several(crowded.length, 'partition')} with more than one replica in a rack: the loss of it takes them all`]
      : []),
    ...(voters > 0 && voters % 2 === 0 ? [`${voters} voters spare no more than ${voters - 1} do`] : []),
  ];
}
