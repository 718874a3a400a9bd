import type { CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import example from '../../../drill.config.example.ts';
import { heartbeatAlarm, pulseDimensions } from '../../../drills/heartbeat.ts';
import type { DrillConfig } from '../../../infra/config/schema.ts';
import { rowItem } from '../../../lambdas/aws/dynamodb-items.ts';
import { newRow } from '../../../lambdas/new-run.ts';
import { aRun } from '../../lambdas/runs-conformance.ts';
import { flat, synthesized } from '../synthesized.ts';

const suiteWith = (more: Partial<DrillConfig> = {}) => {
  const { stack, template, findings } = synthesized({ config: { ...example, ...more } });
  const { shared } = stack.suite;
  const idOf = (construct: IConstruct): string => stack.getLogicalId(construct.node.defaultChild as CfnElement);
  const of = (type: string, construct: IConstruct) => template.findResources(type)[idOf(construct)]!;
  const policyOf = (type: string, member: string, construct: IConstruct) =>
    Object.values(template.findResources(type)).find(({ Properties }) => JSON.stringify(Properties[member]).includes(idOf(construct)))!
      .Properties.PolicyDocument.Statement as { Effect: string; Principal: unknown; Action: unknown; Condition: unknown }[];
  return { stack, template, findings, shared, idOf, of, policyOf };
};
const plain = suiteWith();
const { shared, of, policyOf, template } = plain;

const clear = { Effect: 'Deny', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

describe('the evidence', () => {
  const { Properties, DeletionPolicy } = of('AWS::S3::Bucket', shared.evidence);

  test('is versioned, encrypted, closed to the public, and outlives the stack', () => {
    expect(Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(DeletionPolicy).toBe('Retain');
  });

  test.each([
    ['evidence', shared.evidence],
    ['log of access', shared.accessLog],
  ])('takes nothing in clear: the %s', (_, bucket) => {
    expect(policyOf('AWS::S3::BucketPolicy', 'Bucket', bucket)).toContainEqual(expect.objectContaining(clear));
  });

  test('is kept as long as the configuration says, what was overwritten for a month', () => {
    const days = (retention_days: number) => {
      const other = suiteWith({ evidence: { retention_days } });
      return other.of('AWS::S3::Bucket', other.shared.evidence).Properties.LifecycleConfiguration.Rules[0];
    };
    expect(Properties.LifecycleConfiguration.Rules[0]).toMatchObject({ Status: 'Enabled', ExpirationInDays: 400 });
    expect(days(30)).toMatchObject({ ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 30 } });
  });

  test.each(['governance', 'compliance'] as const)('is locked in %s mode only where that is said, and never its log', (objectLock) => {
    const locked = suiteWith({ evidence: { retention_days: 90, objectLock } });
    expect(locked.of('AWS::S3::Bucket', locked.shared.evidence).Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: objectLock.toUpperCase(), Days: 90 } } },
    });
    expect(locked.findings).toEqual([]);
    const log = locked.of('AWS::S3::Bucket', locked.shared.accessLog).Properties;
    for (const each of [Properties, log]) expect(Object.keys(each).filter((name) => name.startsWith('ObjectLock'))).toEqual([]);
    expect(flat(Properties.LoggingConfiguration.DestinationBucketName)).toBe(`<${plain.idOf(shared.accessLog)}>`);
  });
});

test('access is logged by policy, from this account alone', () => {
  const log = of('AWS::S3::Bucket', shared.accessLog).Properties;
  expect(log).not.toHaveProperty('AccessControl');
  const allowed = policyOf('AWS::S3::BucketPolicy', 'Bucket', shared.accessLog).filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toMatchObject([
    {
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ]);
});

describe('the table', () => {
  const { Properties, DeletionPolicy } = of('AWS::DynamoDB::GlobalTable', shared.table);

  test('has the keys alone in its index, can be restored, and outlives the stack', () => {
    expect(Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'unreleased',
        KeySchema: [{ AttributeName: 'unreleased', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(Properties.Replicas).toMatchObject([{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }]);
    expect(DeletionPolicy).toBe('Retain');
  });

  test('forgets rows long after they are released, in seconds, and never one that is held or a lease', async () => {
    const { Enabled, AttributeName } = Properties.TimeToLiveSpecification;
    const row = newRow(aRun('run-1', { claimed_at: Date.UTC(2026, 10, 23) }), 1);
    const released = await rowItem({ ...row, released: 'free' }, 'nonce');
    expect(Enabled).toBe(true);
    expect(new Date(Number(released[AttributeName]?.N) * 1_000).toISOString()).toBe('2027-12-28T00:00:00.000Z');
    expect(await rowItem(row, 'nonce')).not.toHaveProperty(AttributeName);
  });
});

describe('the topic', () => {
  test('lets in alarms of this account, and nobody in clear', () => {
    const statements = policyOf('AWS::SNS::TopicPolicy', 'Topics', shared.topic);
    expect(statements).toContainEqual(expect.objectContaining({ ...clear, Principal: '*' }));
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('goes to the addresses of the configuration', () => {
    const to = (email: string[]) =>
      Object.values(suiteWith({ notifications: { email } }).template.findResources('AWS::SNS::Subscription')).map(
        ({ Properties: { Protocol, Endpoint } }) => [Protocol, Endpoint],
      );
    expect(to(['a@example.org', 'b@example.org'])).toEqual([
      ['email', 'a@example.org'],
      ['email', 'b@example.org'],
    ]);
    expect(to([])).toEqual([]);
  });
});

describe.each(Object.keys(example.targets))('the heartbeat of %s', (target) => {
  const { Properties } = of('AWS::CloudWatch::Alarm', shared.heartbeat(target));

  test('is missed when nobody beats, on the very metric that its witnesses write', () => {
    const environments = Object.values(template.findResources('AWS::Lambda::Function')).map(
      (each) => each.Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME as string,
    );
    expect(new Set(environments)).toEqual(new Set(['quorum-drills']));
    expect(Properties).toMatchObject({
      AlarmName: heartbeatAlarm('quorum-drills', target),
      Namespace: 'QuorumDrills',
      MetricName: 'Heartbeat',
      Dimensions: Object.entries(pulseDimensions('quorum-drills', target)).map(([Name, Value]) => ({ Name, Value })),
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('can be OK within the baseline of every drill there, and tells nobody that it is not', () => {
    for (const { window } of plain.stack.suite.drills[target] ?? [])
      expect(Properties.Period * Properties.EvaluationPeriods).toBeLessThanOrEqual(window.baseline_s);
    expect(Properties).not.toHaveProperty('AlarmActions');
  });
});

test('a target without a heartbeat is none', () => {
  expect(() => shared.heartbeat('stranger')).toThrow('heartbeat of stranger: got none, wanted one of orders, billing');
});
