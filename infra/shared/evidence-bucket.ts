import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';

/** What was overwritten is kept so long: checkpoints of segments, mostly. */
const overwritten_days = 30;
const access_log_days = 90;
const unfinished_upload_days = 7;

const sealed = {
  enforceSSL: true,
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** Records and reports: versioned, and locked if the configuration says so. They outlive the stack. */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;
  /** Access is logged apart from the evidence: a bucket that locks what it gets by default takes no logs. */
  readonly accessLog: Bucket;

  constructor(scope: Construct, id: string, { retention_days, objectLock }: Config['evidence']) {
    super(scope, id);
    // Whatever the app says: access to the log is granted by policy, since accounts may forbid access lists.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    this.accessLog = new Bucket(this, 'AccessLog', { ...sealed, lifecycleRules: [{ expiration: Duration.days(access_log_days) }] });
    const kept = Duration.days(retention_days);
    this.bucket = new Bucket(this, 'Bucket', {
      ...sealed,
      versioned: true,
      // CDK's own class leaves members undefined that its interface has as absent.
      serverAccessLogsBucket: this.accessLog as IBucket,
      serverAccessLogsPrefix: 'evidence/',
      lifecycleRules: [
        {
          expiration: kept,
          noncurrentVersionExpiration: Duration.days(overwritten_days),
          abortIncompleteMultipartUploadAfter: Duration.days(unfinished_upload_days),
        },
      ],
      ...(objectLock !== 'none' && { objectLockDefaultRetention: ObjectLockRetention[objectLock](kept) }),
    });
  }
}
