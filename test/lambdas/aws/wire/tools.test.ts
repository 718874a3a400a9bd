import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { s3Evidence } from '../../../../lambdas/aws/evidence.ts';
import { awsNotices } from '../../../../lambdas/aws/notices.ts';
import { evidenceConformance, noticesConformance } from '../../tools-conformance.ts';
import { aName, client, overMoto } from './over-moto.ts';

const s3 = () => new S3Client({ ...client, forcePathStyle: true });

async function aBucket(): Promise<string> {
  const Bucket = aName('evidence');
  await s3().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  return Bucket;
}

overMoto('S3', () => {
  evidenceConformance('a bucket', async () => s3Evidence(s3(), await aBucket()));

  test('keeps a large document compressed, and a small one as it is', async () => {
    const Bucket = await aBucket();
    const evidence = s3Evidence(s3(), Bucket);
    await evidence.put('large.json', 'x'.repeat(100_000));
    await evidence.put('small.json', { a: 1 });
    const large = await s3().send(new HeadObjectCommand({ Bucket, Key: 'large.json' }));
    expect(large).toMatchObject({ ContentEncoding: 'gzip', ContentType: 'application/json' });
    expect(large.ContentLength).toBeLessThan(1_000);
    const small = await s3().send(new HeadObjectCommand({ Bucket, Key: 'small.json' }));
    expect(small.ContentEncoding).toBeUndefined();
    expect(small.ContentLength).toBe(7);
  });

  test('that refuses says which document it was, and why', async () => {
    const evidence = s3Evidence(s3(), 'there-is-no-such-bucket');
    await expect(evidence.put('a/record.json', 1)).rejects.toThrow(/s3:\/\/there-is-no-such-bucket\/a\/record.json: got NoSuchBucket/);
    await expect(evidence.get('a/record.json')).rejects.toThrow(/s3:\/\/there-is-no-such-bucket\/a\/record.json: got NoSuchBucket/);
  });
});

overMoto('EventBridge and SNS', () => {
  noticesConformance('together', async () => {
    const { TopicArn } = await new SNSClient(client).send(new CreateTopicCommand({ Name: aName('notices') }));
    return awsNotices(new EventBridgeClient(client), 'default', new SNSClient(client), TopicArn ?? '');
  });

  test('a topic that is not there fails the notice, by name', async () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:there-is-no-such-topic';
    const notices = awsNotices(new EventBridgeClient(client), 'default', new SNSClient(client), topic);
    await expect(notices.publish({ run: 'r', drill: 'd', kind: 'unhealed', text: 't' })).rejects.toThrow(/notice unhealed of run r/);
    await expect(notices.publish({ run: 'r', drill: 'd', kind: 'phase', text: 't' })).resolves.toBeUndefined();
  });
});
