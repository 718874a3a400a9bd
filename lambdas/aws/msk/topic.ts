import { CreateTopicCommand, DeleteTopicCommand, type KafkaClient, ListTopicsCommand } from '@aws-sdk/client-kafka';
import { BadInput } from '../../../core/errors.ts';
import type { DeclaredKafka } from '../../../core/topology.ts';
import type { MskTarget } from '../../../drills/target.ts';

/** Records of the probe are of no use an hour after a run. */
const retention_ms = 3_600_000;

/** Only a topic with this in its name is ever deleted: another may be somebody's. */
export const own_name = 'quorum-drill';

/** The topic's settings beyond partitions and replicas, as `name=value` lines. */
export function topicSettings({ min_isr, unclean_election }: DeclaredKafka): string {
  return `min.insync.replicas=${min_isr}\nunclean.leader.election.enable=${unclean_election}\nretention.ms=${retention_ms}`;
}

/** Whether the cluster has the topic of the lanes; throws when it cannot be asked. */
export async function topicExists(kafka: KafkaClient, { cluster_arn, topic }: MskTarget): Promise<boolean> {
  let NextToken: string | undefined;
  do {
    const page = await kafka.send(
      new ListTopicsCommand({ ClusterArn: cluster_arn, TopicNameFilter: topic, ...(NextToken && { NextToken }) }),
    );
    if ((page.Topics ?? []).some(({ TopicName }) => TopicName === topic)) return true;
    NextToken = page.NextToken;
  } while (NextToken);
  return false;
}

/** Makes the topic of the lanes as the drill declares it; MSK's own API does it, so that no way into the network is needed. */
export async function createTopic(kafka: KafkaClient, { cluster_arn, topic }: MskTarget, declared: DeclaredKafka): Promise<void> {
  await kafka.send(
    new CreateTopicCommand({
      ClusterArn: cluster_arn,
      TopicName: topic,
      PartitionCount: declared.partitions,
      ReplicationFactor: declared.replication_factor,
      Configs: Buffer.from(topicSettings(declared)).toString('base64'),
    }),
  );
}

/** Deletes the topic of the lanes. Throws BadInput for one whose name does not say that it is ours. */
export async function deleteTopic(kafka: KafkaClient, { cluster_arn, topic }: MskTarget): Promise<void> {
  if (!topic.includes(own_name))
    throw new BadInput(
      `topic ${topic}`,
      "a name that may be somebody else's",
      `one with ${own_name} in it`,
      `delete it yourself: aws kafka delete-topic --cluster-arn ${cluster_arn} --topic-name ${topic}`,
    );
  await kafka.send(new DeleteTopicCommand({ ClusterArn: cluster_arn, TopicName: topic }));
}
