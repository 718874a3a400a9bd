import type { KafkaFault } from '../drill.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../topology.ts';

/** How a partition stands to the brokers that were hit. */
export type PartitionClass = 'led' | 'only followed' | 'untouched';

/** The partition whose lane carries the most load: all carry the same, so the lowest that has a leader. */
export function busiest(topology: KafkaTopology): PartitionState | undefined {
  return topology.partitions.filter(({ leader }) => leader !== null).sort((a, b) => a.partition - b.partition)[0];
}

export function classOf({ leader, replicas }: PartitionState, victims: string[]): PartitionClass {
  if (leader !== null && victims.includes(brokerName(leader))) return 'led';
  return replicas.some((id) => victims.includes(brokerName(id))) ? 'only followed' : 'untouched';
}

/** In-sync replicas that stay when these members go. */
export function isrAfter({ isr }: PartitionState, victims: string[]): number[] {
  return isr.filter((id) => !victims.includes(brokerName(id)));
}

/** Whether the victims go one after the other, each back before the next is taken, so far as the fault is what it says. */
export function oneAtATime(fault: KafkaFault): boolean {
  return fault.kind === 'broker-roll' || fault.kind === 'hasty-roll' || fault.kind === 'controller-roll' || fault.kind === 'unclean-chain';
}

export function shownIds(ids: number[]): string {
  return `{${[...ids].sort((a, b) => a - b).join(',')}}`;
}
