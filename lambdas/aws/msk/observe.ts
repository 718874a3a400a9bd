import {
  type BrokerNodeInfo,
  DescribeTopicCommand,
  DescribeTopicPartitionsCommand,
  type KafkaClient,
  ListNodesCommand,
  type TopicPartitionInfo,
} from '@aws-sdk/client-kafka';
import type { Clock } from '../../../core/clock.ts';
import { BadInput } from '../../../core/errors.ts';
import { brokerName, type KafkaTopology, type Member, type PartitionState } from '../../../core/topology.ts';
import type { MskTarget } from '../../../drills/target.ts';
import { describeCluster, requireTopicsTold } from './cluster.ts';
import { type Operation, operationsOn } from './operation.ts';
import { configurationOf, propertiesOf, settingsOf } from './settings.ts';

/** MSK refreshes what it tells of leaders and in-sync replicas about once a minute. */
const refresh_ms = 90_000;

/**
 * The topology as the control plane tells it, without a client in the cluster's network; throws when it does not, and says what
 * to do. Controllers are kept to itself, and leader epochs (-1); leaders and in-sync replicas may be a minute old, which is why
 * re-admission takes them from the probe.
 */
export async function observeMsk(kafka: KafkaClient, target: MskTarget, clock: Clock): Promise<KafkaTopology> {
  const observed_at = clock.now();
  const cluster = await describeCluster(kafka, target);
  requireTopicsTold(cluster);
  const [brokers, topic, partitions, configuration, operations] = await Promise.all([
    brokersOf(kafka, target),
    topicOf(kafka, target),
    partitionsOf(kafka, target),
    configurationOf(kafka, cluster),
    operationsOn(kafka, target.cluster_arn),
  ]);
  requireRest(cluster.name, operations, observed_at);
  if (brokers.length !== cluster.brokers)
    throw new Error(`cluster ${cluster.name}: got ${brokers.length} of its nodes, wanted ${cluster.brokers}; look at its nodes`);
  return {
    store: 'msk',
    observed_at,
    members: brokers.map((broker) => memberOf(broker, partitions)),
    topic: target.topic,
    partitions,
    ...settingsOf(cluster, topic, configuration),
    active_controller: null,
  };
}

/** What is told of partitions right after an operation may still be from before it. */
function requireRest(name: string, operations: Operation[], now: number): void {
  const live = operations.find(({ standing }) => standing === 'live');
  if (live !== undefined)
    throw new BadInput(`cluster ${name}`, `${live.type} ${live.state}`, 'no operation under way', 'wait until it has ended');
  const last_at = Math.max(...operations.map(({ end_at }) => end_at ?? 0));
  if (now - last_at < refresh_ms)
    throw new BadInput(
      `cluster ${name}`,
      `an operation that ended ${Math.round((now - last_at) / 1_000)} s ago`,
      `${refresh_ms / 1_000} s without one: until then in-sync replicas may be told as they were before it`,
      'wait that long',
    );
}

async function brokersOf(kafka: KafkaClient, { cluster_arn }: MskTarget): Promise<BrokerNodeInfo[]> {
  const found: BrokerNodeInfo[] = [];
  let NextToken: string | undefined;
  do {
    const page = await kafka.send(new ListNodesCommand({ ClusterArn: cluster_arn, MaxResults: 100, ...(NextToken && { NextToken }) }));
    found.push(...(page.NodeInfoList ?? []).flatMap(({ BrokerNodeInfo }) => BrokerNodeInfo ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** The topic's own settings. */
async function topicOf(kafka: KafkaClient, { cluster_arn, topic }: MskTarget): Promise<{ [name: string]: string }> {
  const { Configs } = await kafka.send(new DescribeTopicCommand({ ClusterArn: cluster_arn, TopicName: topic }));
  return propertiesOf(Buffer.from(Configs ?? '', 'base64').toString('utf8'));
}

async function partitionsOf(kafka: KafkaClient, { cluster_arn, topic }: MskTarget): Promise<PartitionState[]> {
  const found: TopicPartitionInfo[] = [];
  let NextToken: string | undefined;
  do {
    const page = await kafka.send(
      new DescribeTopicPartitionsCommand({ ClusterArn: cluster_arn, TopicName: topic, MaxResults: 100, ...(NextToken && { NextToken }) }),
    );
    found.push(...(page.Partitions ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.map(stateOf).sort((a, b) => a.partition - b.partition);
}

function stateOf({ Partition, Leader, Replicas, Isr }: TopicPartitionInfo): PartitionState {
  if (Partition === undefined) throw new Error('partitions of the topic: got one without its number, wanted all with theirs');
  const leader = Leader === undefined || Leader < 0 ? null : Leader;
  return { partition: Partition, leader, leader_epoch: -1, replicas: Replicas ?? [], isr: Isr ?? [] };
}

/**
 * Each client subnet of a cluster lies in a zone of its own, so it stands for the zone. A broker serves unless every replica that
 * it holds has fallen behind: MSK tells no state of a single broker.
 */
function memberOf({ BrokerId, ClientSubnet }: BrokerNodeInfo, partitions: PartitionState[]): Member {
  if (BrokerId === undefined || ClientSubnet === undefined)
    throw new Error('nodes of the cluster: got a broker without its id or subnet, wanted both');
  const held = partitions.filter(({ replicas }) => replicas.includes(BrokerId));
  const healthy = held.length === 0 || held.some(({ isr }) => isr.includes(BrokerId));
  return { name: brokerName(BrokerId), zone: ClientSubnet, role: 'broker', healthy };
}
