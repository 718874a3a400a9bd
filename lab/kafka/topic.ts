import { type Connection, createTopicsV7 } from '@platformatic/kafka';
import { BadInput } from '../../core/errors.ts';
import type { PartitionState } from '../../core/topology.ts';
import { partitionsOf } from './observe.ts';
import { metadata } from './wire.ts';

export interface TopicPlan {
  name: string;
  /** Replicas of each partition, the preferred leader first. */
  replicas: number[][];
  min_isr: number;
  unclean_election: boolean;
}

const create_limit_ms = 10_000;
const exists_already = 36;

/** Creates the topic; one that exists must have the same partitions and replication factor. Answers with its partitions. */
export async function ensureTopic(connection: Connection, plan: TopicPlan): Promise<void> {
  const assignments = plan.replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds }));
  const configs = [
    { name: 'min.insync.replicas', value: String(plan.min_isr) },
    { name: 'unclean.leader.election.enable', value: String(plan.unclean_election) },
  ];
  const topic = { name: plan.name, numPartitions: -1, replicationFactor: -1, assignments, configs };
  try {
    await createTopicsV7.api.async(connection, [topic], create_limit_ms, false);
  } catch (error) {
    if (!hasCode(error, exists_already)) throw error;
    checkSame(plan, partitionsOf(await metadata([plan.name])(connection), plan.name));
  }
}

function checkSame({ name, replicas }: TopicPlan, there: PartitionState[]): void {
  const shape = (each: number[][]) =>
    `${each.length} partitions with replication factor ${[...new Set(each.map(({ length }) => length))].join(' and ')}`;
  const [got, wanted] = [shape(there.map((one) => one.replicas)), shape(replicas)];
  if (got !== wanted) throw new BadInput(`topic ${name}`, got, wanted, 'delete it, or declare the drill as the topic is');
}

/** Whether Kafka's answer holds this error, at whatever depth the client wrapped it. */
export function hasCode(error: unknown, code: number): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { apiCode, errors, cause } = error as { apiCode?: number; errors?: unknown[]; cause?: unknown };
  return apiCode === code || (errors ?? []).some((each) => hasCode(each, code)) || hasCode(cause, code);
}
