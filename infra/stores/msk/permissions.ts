import { Aws } from 'aws-cdk-lib';
import type { MskTarget } from '../../../drills/target.ts';
import { onKeys, type Permission } from '../../permission.ts';

/** What each task needs on a cluster besides what it needs of the suite. `uuid` is the cluster's, which its topics bear. */
export function mskPermissions(target: MskTarget, uuid: string, tableArn: string): { [task: string]: Permission[] } {
  const topic = `arn:${Aws.PARTITION}:kafka:${target.region}:${target.account}:topic/${target.cluster_name}/${uuid}/${target.topic}`;
  const describe: Permission = { actions: ['kafka:DescribeClusterV2'], resources: [target.cluster_arn] };
  const seeing = [describe, ...observing(target, topic)];
  const following: Permission[] = [
    { actions: ['dynamodb:GetItem'], resources: [tableArn], conditions: onKeys('HIT#*') },
    { actions: ['kafka:DescribeClusterOperationV2'], resources: ['*'], because: 'MSK names no resource for an operation' },
  ];
  return {
    Claim: following,
    Preflight: seeing,
    Readmit: seeing,
    Watch: [...seeing, ...following],
    Heal: [...seeing, ...following],
    Collect: [describe, ...following],
    Witness: clients(target, topic, 'WriteData', ['kafka-cluster:WriteDataIdempotently']),
    Readback: clients(target, topic, 'ReadData'),
  };
}

/** MSK tells of topics through its own API, which asks for the rights of a Kafka client as well. */
function observing({ cluster_arn, region, account }: MskTarget, topic: string): Permission[] {
  return [
    { actions: ['kafka:ListNodes', 'kafka:ListClusterOperationsV2', 'kafka-cluster:Connect'], resources: [cluster_arn] },
    {
      actions: [
        'kafka:DescribeTopic',
        'kafka:DescribeTopicPartitions',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:DescribeTopicDynamicConfiguration',
      ],
      resources: [topic],
    },
    {
      actions: ['kafka:DescribeConfigurationRevision'],
      resources: [`arn:${Aws.PARTITION}:kafka:${region}:${account}:configuration/*`],
      because: 'which configuration a cluster runs with is known only once it is asked, and may change',
    },
  ];
}

/** Rights of the probe's own clients; without IAM the cluster's network alone decides. */
function clients({ cluster_arn, auth }: MskTarget, topic: string, does: 'WriteData' | 'ReadData', onCluster: string[] = []): Permission[] {
  const brokers: Permission = {
    actions: ['kafka:GetBootstrapBrokers'],
    resources: ['*'],
    because: 'MSK names no resource for the addresses of brokers',
  };
  if (auth === 'tls') return [brokers];
  return [
    brokers,
    { actions: ['kafka-cluster:Connect', ...onCluster], resources: [cluster_arn] },
    { actions: ['kafka-cluster:DescribeTopic', `kafka-cluster:${does}`], resources: [topic] },
  ];
}
