import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeAll, expect, test, vi } from 'vitest';
import { everyPart } from '../../../../lambdas/aws/parts.ts';
import { awsTools } from '../../../../lambdas/aws/tools.ts';
import { claim } from '../../../../lambdas/claim.ts';
import { release } from '../../../../lambdas/release.ts';
import { store } from '../../../../lambdas/store-evidence.ts';
import type { Tools } from '../../../../lambdas/tools.ts';
import { drillsFile, environment } from '../a-suite.ts';
import { aTable } from './a-table.ts';
import { aName, client, overMoto } from './over-moto.ts';

/** The tools of a function, from its environment alone, as Lambda would give it. */
async function tools(): Promise<Tools> {
  const { table } = await aTable();
  const Bucket = aName('evidence');
  const LocationConstraint = 'eu-west-1' as const;
  await new S3Client({ ...client, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const { TopicArn } = await new SNSClient(client).send(new CreateTopicCommand({ Name: aName('notices') }));
  const env = environment({ table, bucket: Bucket, topic: TopicArn, bus: 'default' });
  return awsTools(everyPart, { ...env, AWS_ENDPOINT_URL: client.endpoint }, drillsFile());
}

overMoto('a suite from its environment', () => {
  beforeAll(() => {
    vi.stubEnv('AWS_ENDPOINT_URL', client.endpoint);
    vi.stubEnv('AWS_REGION', client.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  });

  test('claims a store, keeps evidence, refuses the next run, and releases', async () => {
    const it = await tools();
    expect(it.source).toBe('emulator');
    const input = { drill: 'aurora-failover' };
    const claimed = await claim(it)({ run: 'a', execution: 'arn:aws:states:eu-west-1:123456789012:execution:drill:a', input });
    expect(claimed).toMatchObject({ status: 'claimed', plan: { drill: 'aurora-failover' } });
    expect(await claim(it)({ run: 'b', execution: 'arn:other', input })).toMatchObject({
      status: 'refused',
      why: expect.stringContaining('orders-db is held by a'),
    });
    await store(it, 'a/record.json', { run: 'a' });
    expect(await it.evidence.get('a/record.json')).toEqual({ run: 'a' });
    expect(await release(it)({ run: 'a' })).toMatchObject({ outcome: 'graded' });
    expect(await it.runs.lease('orders-db')).toMatchObject({ state: 'free', fence: 1 });
    expect(await it.runs.unreleased()).toEqual([]);
  });
});
