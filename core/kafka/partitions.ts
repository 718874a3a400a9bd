import type { KafkaFault } from '../drill.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../topology.ts';

/** How a partition stands to the brokers that were hit. */
export type PartitionClass = 'led' | 'only followed' | 'untouched';

/** The partition whose lane carries the most load: all carry the same, so the lowest that has a leader. */
export function busiest(topology: KafkaTopology): PartitionState | undefined {
  return topology.partitions.filter(({ leader }) => leader !== null).sort((a, b) => a.partition - b.partition)[0];
}

export function classOf(partition: PartitionState, victims: string[]): PartitionClass {
  if (partition.leader !== null && victims.includes(brokerName(partition.leader))) return 'led';
  return holds(partition, victims) ? 'only followed' : 'untouched';
}

/** Whether one of these members holds a replica of it, in sync or not. */
export function holds({ replicas }: PartitionState, members: string[]): boolean {
  return replicas.some((id) => members.includes(brokerName(id)));
}

/** In-sync replicas that stay when these members go. */
export function isrAfter({ isr }: PartitionState, victims: string[]): number[] {
  return isr.filter((id) => !victims.includes(brokerName(id)));
}

export function notFull({ isr, replicas }: PartitionState): boolean {
  return replicas.some((id) => !isr.includes(id));
}

/** Whether the victims go one after the other, so that each has to be one that may go. */
export function oneAtATime(fault: KafkaFault): boolean {
  return rolls(fault) || takesWhileAway(fault);
}

/** Whether the next victim is taken while the one before it is still away, on purpose. */
export function takesWhileAway(fault: KafkaFault): boolean {
  return fault.kind === 'hasty-roll' || fault.kind === 'unclean-chain';
}

/** Whether every member of a kind has its turn. */
export function rolls(fault: KafkaFault): boolean {
  return fault.kind === 'broker-roll' || fault.kind === 'hasty-roll' || fault.kind === 'controller-roll';
}

export function shownIds(ids: number[]): string {
  return `{${[...ids].sort((a, b) => a - b).join(',')}}`;
}
