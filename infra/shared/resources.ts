import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import type { Permission } from '../permission.ts';
import { EvidenceBucket } from './evidence-bucket.ts';
import { heartbeatAlarmOf } from './heartbeat-alarm.ts';
import { sharedPermissions, unreleased } from './permissions.ts';

export interface SharedResourcesProps {
  /** Begins the names of what needs one. */
  name: string;
  /** Addresses that notices go to. */
  email: string[];
  /** Names of the targets. */
  targets: string[];
  /** Change calendars, by name or ARN. */
  calendars: string[];
  evidence: Config['evidence'];
}

/** What all targets of a suite share: rows and leases, evidence, notices, events, and an alarm on the heartbeat of each one's probe. */
export class SharedResources extends Construct {
  readonly table: TableV2;
  readonly evidence: Bucket;
  /** Access to buckets is logged here. */
  readonly accessLog: Bucket;
  readonly topic: Topic;
  readonly bus: EventBus;
  /** What each task, and Sweep, needs of these. */
  readonly permissions: { [task: string]: Permission[] };
  readonly #heartbeats: Map<string, Alarm>;

  constructor(scope: Construct, id: string, { name, email, targets, calendars, evidence }: SharedResourcesProps) {
    super(scope, id);
    this.table = tableOf(this);
    const { bucket, accessLog } = new EvidenceBucket(this, 'Evidence', evidence);
    this.evidence = bucket;
    this.accessLog = accessLog;
    this.topic = topicOf(this, email);
    this.bus = new EventBus(this, 'Events', { eventBusName: name, description: 'What drills do, as events of the source quorum-drills.' });
    this.#heartbeats = new Map(targets.map((target) => [target, heartbeatAlarmOf(this, name, target)]));
    const { tableArn } = this.table;
    const arns = { table: tableArn, evidence: bucket.bucketArn, topic: this.topic.topicArn, bus: this.bus.eventBusArn };
    this.permissions = sharedPermissions(arns, targets, calendars);
  }

  /** The alarm that fires while nobody watches this target. */
  heartbeat(target: string): Alarm {
    const alarm = this.#heartbeats.get(target);
    if (alarm === undefined) throw new Error(`heartbeat of ${target}: got none, wanted one of ${[...this.#heartbeats.keys()].join(', ')}`);
    return alarm;
  }
}

/** Rows, leases and slots. DynamoDB forgets what says when, some day after; no decision rests on that. */
function tableOf(scope: Construct): TableV2 {
  const { index } = unreleased;
  return new TableV2(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'forget_at_s',
    globalSecondaryIndexes: [
      { indexName: index, partitionKey: { name: index, type: AttributeType.STRING }, projectionType: ProjectionType.KEYS_ONLY },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** Notices for people. A policy of its own takes the place of the one that would let the account's alarms in. */
function topicOf(scope: Construct, email: string[]): Topic {
  const topic = new Topic(scope, 'Notices', { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  for (const address of email) topic.addSubscription(new EmailSubscription(address));
  return topic;
}
