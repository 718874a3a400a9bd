import { RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Permission } from '../permission.ts';

export interface SharedResourcesProps {
  /** Begins the names of what needs one. */
  name: string;
  /** Addresses that notices go to. */
  email: string[];
}

/** What all targets of a suite share: rows and leases, evidence, notices, events, and the alarm on the probe's heartbeat. */
export class SharedResources extends Construct {
  readonly table: TableV2;
  readonly evidence: Bucket;
  readonly topic: Topic;
  readonly bus: EventBus;
  /** In alarm while no probe beats. */
  readonly heartbeat: Alarm;
  /** What each task, and Sweep, needs of these. */
  readonly permissions: { [task: string]: Permission[] };

  constructor(scope: Construct, id: string, props: SharedResourcesProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      globalSecondaryIndexes: [
        { indexName: 'unreleased', partitionKey: { name: 'unreleased', type: AttributeType.STRING }, projectionType: ProjectionType.ALL },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.evidence = new Bucket(this, 'Evidence', {
      versioned: true,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      serverAccessLogsPrefix: 'access-log/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.topic = new Topic(this, 'Notices', { enforceSSL: true });
    this.bus = new EventBus(this, 'Events', { eventBusName: props.name });
    this.heartbeat = new Alarm(this, 'Heartbeat', {
      metric: new Metric({ namespace: 'QuorumDrills', metricName: 'Heartbeat' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.permissions = {};
  }
}
