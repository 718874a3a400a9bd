import { type Cluster, DescribeClusterV2Command, type KafkaClient, type Provisioned } from '@aws-sdk/client-kafka';
import { BadInput } from '../../../core/errors.ts';
import type { MskTarget } from '../../../drills/target.ts';

/** What the control plane tells of a provisioned cluster; everything else about MSK is decided by these. */
export interface ProvisionedCluster {
  arn: string;
  name: string;
  state: string;
  /** ARN of the operation under way, or null. */
  operation: string | null;
  brokers: number;
  zones: number;
  /** As MSK prints it, such as `3.9.x.kraft`. */
  version: string;
  express: boolean;
  /** No ZooKeeper: controllers of its own, which MSK keeps to itself. */
  kraft: boolean;
  tiered: boolean;
  configuration: { arn: string; revision: number } | null;
}

/** The cluster as it is now. Throws BadInput where it has no brokers that anybody could restart. */
export async function describeCluster(kafka: KafkaClient, target: MskTarget): Promise<ProvisionedCluster> {
  const { ClusterInfo } = await kafka.send(new DescribeClusterV2Command({ ClusterArn: target.cluster_arn }));
  if (ClusterInfo?.Provisioned === undefined)
    throw new BadInput(
      `cluster ${target.cluster_name}`,
      `a cluster of the type ${ClusterInfo?.ClusterType ?? 'unknown'}`,
      'PROVISIONED, whose brokers can be restarted',
      'name another cluster',
    );
  return shaped(ClusterInfo, ClusterInfo.Provisioned, target);
}

function shaped(cluster: Cluster, provisioned: Provisioned, target: MskTarget): ProvisionedCluster {
  const { BrokerNodeGroupInfo: group, CurrentBrokerSoftwareInfo: software, ZookeeperConnectString } = provisioned;
  const version = software?.KafkaVersion ?? 'unknown';
  const { ConfigurationArn: arn, ConfigurationRevision: revision } = software ?? {};
  return {
    arn: target.cluster_arn,
    name: cluster.ClusterName ?? target.cluster_name,
    state: cluster.State ?? 'unknown',
    operation: cluster.ActiveOperationArn ?? null,
    brokers: provisioned.NumberOfBrokerNodes ?? 0,
    zones: group?.ClientSubnets?.length ?? 0,
    version,
    express: group?.InstanceType?.startsWith('express.') === true,
    kraft: version.endsWith('.kraft') || ZookeeperConnectString === undefined,
    tiered: provisioned.StorageMode === 'TIERED',
    configuration: arn === undefined || revision === undefined ? null : { arn, revision },
  };
}

/** Kafka's version as numbers; [0, 0] where it cannot be told. */
function versionOf(text: string): [major: number, minor: number] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

/**
 * Throws BadInput unless MSK tells of this cluster's topics now. It does so only for an ACTIVE cluster of Kafka 3.6 or newer; an
 * Express cluster stays ACTIVE while brokers are serviced, so an operation under way counts as well.
 */
export function requireTopicsTold({ name, state, operation, version }: ProvisionedCluster): void {
  const what = `cluster ${name}`;
  const [major, minor] = versionOf(version);
  if (major < 3 || (major === 3 && minor < 6))
    throw new BadInput(what, `Kafka ${version}`, '3.6 or newer: MSK tells nothing of the topics of older ones', 'upgrade it');
  if (state !== 'ACTIVE')
    throw new BadInput(what, `state ${state}`, 'ACTIVE: MSK tells of topics, and restarts brokers, in no other', 'wait until it is');
  if (operation !== null) throw new BadInput(what, `operation ${operation} under way`, 'none', 'wait until it has ended');
}
