import type { SuiteSettings, Target } from '../../drills/target.ts';
import type { Need } from './iam.ts';
import type { Call } from './recorder.ts';
import { account, region } from './resolved.ts';

const here = `${region}:${account}`;
type Input = Call['input'];
interface Item {
  [name: string]: { S: string };
}

const table = (name: unknown) => `arn:aws:dynamodb:${here}:table/${name}`;

/** A call of DynamoDB on the items of one partition. */
function onItems(operation: string, { TableName, Key, Item, IndexName, ExpressionAttributeValues }: Input): Need[] {
  const [only] = Object.values((ExpressionAttributeValues ?? {}) as Item);
  const key = ((Key ?? Item) as Item | undefined)?.pk?.S ?? only?.S ?? '';
  const resource = IndexName === undefined ? table(TableName) : `${table(TableName)}/index/${IndexName}`;
  return [{ action: `dynamodb:${operation}`, resource, keys: { 'dynamodb:LeadingKeys': [key] } }];
}

/** A transaction is checked as the writes that it is made of. */
function transaction({ TransactItems }: Input): Need[] {
  return (TransactItems as { [kind: string]: Input }[]).flatMap((item) =>
    Object.entries(item).flatMap(([kind, input]) => onItems(`${kind}Item`, input)),
  );
}

/** MSK tells of topics only to who may also ask the cluster itself. */
function onTopic(action: string, { ClusterArn, TopicName }: Input, more: string[] = []): Need[] {
  const resource = `${String(ClusterArn).replace(':cluster/', ':topic/')}/${TopicName}`;
  const onIt = [`kafka:${action}`, 'kafka-cluster:DescribeTopic', ...more].map((each) => ({ action: each, resource }));
  return [...onIt, { action: 'kafka-cluster:Connect', resource: String(ClusterArn) }];
}

const onCluster =
  (action: string) =>
  ({ ClusterArn }: Input): Need[] => [{ action: `kafka:${action}`, resource: String(ClusterArn) }];
const anywhere = (action: string) => (): Need[] => [{ action, resource: '*' }];
const onExperiment =
  (action: string) =>
  ({ id, experimentId }: Input): Need[] => [{ action: `fis:${action}`, resource: `arn:aws:fis:${here}:experiment/${id ?? experimentId}` }];

const needs: { [call: string]: (input: Input) => Need[] } = {
  'DynamoDB GetItem': (input) => onItems('GetItem', input),
  'DynamoDB PutItem': (input) => onItems('PutItem', input),
  'DynamoDB UpdateItem': (input) => onItems('UpdateItem', input),
  'DynamoDB Query': (input) => onItems('Query', input),
  'DynamoDB TransactWriteItems': transaction,
  'S3 PutObject': ({ Bucket, Key }) => [{ action: 's3:PutObject', resource: `arn:aws:s3:::${Bucket}/${Key}` }],
  'S3 DeleteObject': ({ Bucket, Key }) => [{ action: 's3:DeleteObject', resource: `arn:aws:s3:::${Bucket}/${Key}` }],
  // Without the list a document that is not there is a denied one.
  'S3 GetObject': ({ Bucket, Key }) => [
    { action: 's3:GetObject', resource: `arn:aws:s3:::${Bucket}/${Key}` },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}` },
  ],
  'SNS Publish': ({ TopicArn }) => [{ action: 'sns:Publish', resource: String(TopicArn) }],
  'EventBridge PutEvents': ({ Entries }) =>
    (Entries as { EventBusName: string }[]).map(({ EventBusName }) => ({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${here}:event-bus/${EventBusName}`,
    })),
  'SFN DescribeExecution': ({ executionArn }) => [{ action: 'states:DescribeExecution', resource: String(executionArn) }],
  'SSM GetCalendarState': ({ CalendarNames }) =>
    (CalendarNames as string[]).map((name) => ({ action: 'ssm:GetCalendarState', resource: `arn:aws:ssm:${here}:document/${name}` })),
  'SSM SendCommand': ({ DocumentName, InstanceIds }) =>
    [`arn:aws:ssm:${here}:document/${DocumentName}`, ...(InstanceIds as string[]).map((id) => `arn:aws:ec2:${here}:instance/${id}`)].map(
      (resource) => ({ action: 'ssm:SendCommand', resource }),
    ),
  'SSM GetCommandInvocation': anywhere('ssm:GetCommandInvocation'),
  'SSM GetAutomationExecution': ({ AutomationExecutionId }) => [
    { action: 'ssm:GetAutomationExecution', resource: `arn:aws:ssm:${here}:automation-execution/${AutomationExecutionId}` },
  ],
  'CloudWatch DescribeAlarms': anywhere('cloudwatch:DescribeAlarms'),
  'CloudWatch GetMetricData': anywhere('cloudwatch:GetMetricData'),
  'Secrets Manager GetSecretValue': ({ SecretId }) => [{ action: 'secretsmanager:GetSecretValue', resource: String(SecretId) }],
  'fis GetExperiment': onExperiment('GetExperiment'),
  'fis StopExperiment': onExperiment('StopExperiment'),
  'fis ListExperimentResolvedTargets': onExperiment('ListExperimentResolvedTargets'),
  'fis ListExperiments': anywhere('fis:ListExperiments'),
  'fis GetSafetyLever': ({ id }) => [{ action: 'fis:GetSafetyLever', resource: `arn:aws:fis:${here}:safety-lever/${id}` }],
  'Kafka DescribeClusterV2': onCluster('DescribeClusterV2'),
  'Kafka ListNodes': onCluster('ListNodes'),
  'Kafka ListClusterOperationsV2': onCluster('ListClusterOperationsV2'),
  'Kafka DescribeTopic': (input) => onTopic('DescribeTopic', input, ['kafka-cluster:DescribeTopicDynamicConfiguration']),
  'Kafka DescribeTopicPartitions': (input) => onTopic('DescribeTopicPartitions', input),
  'Kafka DescribeConfigurationRevision': ({ Arn }) => [{ action: 'kafka:DescribeConfigurationRevision', resource: String(Arn) }],
  'Kafka DescribeClusterOperationV2': anywhere('kafka:DescribeClusterOperationV2'),
  'Kafka GetBootstrapBrokers': anywhere('kafka:GetBootstrapBrokers'),
  'RDS DescribeDBClusters': ({ DBClusterIdentifier }) => [
    { action: 'rds:DescribeDBClusters', resource: `arn:aws:rds:${here}:cluster:${DBClusterIdentifier}` },
  ],
  // Asked for by their cluster, so that any of them may be in the answer.
  'RDS DescribeDBInstances': () => [{ action: 'rds:DescribeDBInstances', resource: `arn:aws:rds:${here}:db:any-of-them` }],
  'RDS DescribeEvents': anywhere('rds:DescribeEvents'),
};

/** What IAM asks for before it lets a call through. Throws for a call that nobody has looked at. */
export function needsOf({ service, operation, input }: Call): Need[] {
  const found = needs[`${service} ${operation}`];
  if (found === undefined) throw new Error(`${service} ${operation}: got no permission for it, wanted it written down here`);
  return found(input);
}

/** What the protocol of a store asks of IAM, which no command of the SDK shows: log-ins, reads and writes of the probe's own lanes. */
export function protocolNeeds(target: Target, task: 'Witness' | 'Readback'): Need[] {
  if (target.store === 'aurora' && target.auth === 'iam')
    return [{ action: 'rds-db:connect', resource: `arn:aws:rds-db:${here}:dbuser:cluster-ABCDEFGH/${target.user}` }];
  if (target.store !== 'msk' || target.auth !== 'iam') return [];
  const topic = `${target.cluster_arn.replace(':cluster/', ':topic/')}/${target.topic}`;
  const onIt = task === 'Witness' ? ['DescribeTopic', 'WriteData'] : ['DescribeTopic', 'ReadData'];
  const onWhole = task === 'Witness' ? ['Connect', 'WriteDataIdempotently'] : ['Connect'];
  return [
    ...onIt.map((each) => ({ action: `kafka-cluster:${each}`, resource: topic })),
    ...onWhole.map((each) => ({ action: `kafka-cluster:${each}`, resource: target.cluster_arn })),
  ];
}

/** What no function may ever do, whatever its task: break, start, delete, widen, or touch what is somebody else's. */
export function forbidden(settings: SuiteSettings): Need[] {
  const own = table(settings.table);
  const bucket = `arn:aws:s3:::${settings.bucket}`;
  const acts: [resource: string, ...actions: string[]][] = [
    [own, 'dynamodb:DeleteItem', 'dynamodb:DeleteTable', 'dynamodb:Scan', 'dynamodb:BatchWriteItem', 'dynamodb:UpdateTable'],
    [table('somebody-elses'), 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
    [bucket, 's3:DeleteBucket', 's3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
    [`${bucket}/run-1/record.json`, 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectAcl', 's3:BypassGovernanceRetention'],
    ['arn:aws:s3:::somebody-elses/key', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    [settings.topic, 'sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic'],
    [`arn:aws:sns:${here}:somebody-elses`, 'sns:Publish'],
    [`arn:aws:events:${here}:event-bus/default`, 'events:PutEvents'],
    [`arn:aws:fis:${here}:experiment-template/EXT1`, 'fis:StartExperiment', 'fis:UpdateExperimentTemplate', 'fis:DeleteExperimentTemplate'],
    [`arn:aws:fis:${here}:experiment/EXP1`, 'fis:StartExperiment', 'fis:TagResource'],
    [`arn:aws:fis:${here}:safety-lever/default`, 'fis:UpdateSafetyLeverState'],
    [`arn:aws:ssm:${here}:document/AWS-RunShellScript`, 'ssm:SendCommand', 'ssm:StartAutomationExecution'],
    [
      `arn:aws:ec2:${here}:instance/i-00000000000000000`,
      'ssm:SendCommand',
      'ssm:StartSession',
      'ec2:StopInstances',
      'ec2:TerminateInstances',
    ],
    [`arn:aws:states:${here}:stateMachine:any`, 'states:StartExecution', 'states:UpdateStateMachine'],
    [`arn:aws:states:${here}:execution:any:run`, 'states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
    [`arn:aws:iam::${account}:role/any`, 'iam:PassRole', 'sts:AssumeRole', 'iam:PutRolePolicy'],
    [`arn:aws:lambda:${here}:function:any`, 'lambda:InvokeFunction', 'lambda:UpdateFunctionCode'],
    [`arn:aws:secretsmanager:${here}:secret:somebody-elses-AbCdEf`, 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    [`arn:aws:cloudwatch:${here}:alarm:any`, 'cloudwatch:DeleteAlarms', 'cloudwatch:SetAlarmState', 'cloudwatch:DisableAlarmActions'],
    [`arn:aws:rds:${here}:cluster:somebody-elses`, 'rds:DescribeDBClusters'],
    [`arn:aws:rds-db:${here}:dbuser:cluster-ABCDEFGH/admin`, 'rds-db:connect'],
    ...settings.targets.flatMap(breaking),
  ];
  return acts.flatMap(([resource, ...actions]) => actions.map((action) => ({ action, resource })));
}

/** Only FIS and its Automations break anything, and nobody changes or deletes a store. */
function breaking(target: Target): [resource: string, ...actions: string[]][] {
  switch (target.store) {
    case 'msk': {
      const topic = target.cluster_arn.replace(':cluster/', ':topic/');
      return [
        [target.cluster_arn, 'kafka:RebootBroker', 'kafka:DeleteCluster', 'kafka:UpdateBrokerCount', 'kafka-cluster:AlterCluster'],
        [`${topic}/${target.topic}`, 'kafka-cluster:DeleteTopic', 'kafka-cluster:AlterTopic', 'kafka:DeleteTopic'],
        [`${topic}/somebody-elses`, 'kafka-cluster:WriteData', 'kafka-cluster:ReadData'],
      ];
    }
    case 'aurora':
      return [[target.cluster_arn, 'rds:FailoverDBCluster', 'rds:DeleteDBCluster', 'rds:ModifyDBCluster', 'rds:StopDBCluster']];
    case 'etcd':
      return target.members.map(({ instance }) => [`arn:aws:ec2:${here}:instance/${instance}`, 'ec2:StopInstances', 'ssm:StartSession']);
    default:
      return target satisfies never;
  }
}
