import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface SnapshotBucketProps {
  /** ARN of the role of the instances that save and fetch snapshots. */
  instanceRole: string;
  /** Where its access is logged. */
  log: Bucket;
}

/**
 * Where a snapshot lies between the instances, for the time of one restore: sealed, under a key of its own, without versions or
 * locks, because it holds every secret of its cluster. Healing deletes it, and the bucket itself does after a day.
 */
export class SnapshotBucket extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, { instanceRole, log }: SnapshotBucketProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: false,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // CDK's own class leaves members undefined that its interface has as absent.
      serverAccessLogsBucket: log as IBucket,
      serverAccessLogsPrefix: 'snapshots/',
      lifecycleRules: [{ expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const principals = [new ArnPrincipal(instanceRole)];
    this.key.addToResourcePolicy(new PolicyStatement({ principals, actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: ['*'] }));
    const objects = [this.bucket.arnForObjects('*')];
    this.bucket.addToResourcePolicy(new PolicyStatement({ principals, actions: ['s3:PutObject', 's3:GetObject'], resources: objects }));
  }
}
