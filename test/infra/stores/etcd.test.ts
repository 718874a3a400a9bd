import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import type { EtcdDrill } from '../../../core/drill.ts';
import { etcdLeaderHandover } from '../../../drills/etcd-leader-handover.ts';
import { etcdLeaderLossOnAws } from '../../../drills/etcd-leader-loss-on-aws.ts';
import { etcdSnapshotRestoreOnAws } from '../../../drills/etcd-snapshot-restore-on-aws.ts';
import type { EtcdConfig } from '../../../infra/store-parts.ts';
import { etcdParts } from '../../../infra/stores/etcd.ts';
import { flat, statements } from '../synthesized.ts';
import { aSuiteStack } from './a-suite-stack.ts';

const config: EtcdConfig = {
  name: 'control',
  store: 'etcd',
  members: [1, 2, 3].map((i) => ({
    name: `etcd-${i}`,
    instance: `i-0${i}`,
    url: `https://10.0.${i}.1:2379`,
    zone: `eu-west-1${'abc'[i - 1]}`,
  })),
  tlsSecret: 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:etcd-AbCdEf',
  scratch: { live: 'https://10.9.0.1:2379', instanceRole: 'arn:aws:iam::210987654321:role/etcd-scratch' },
};

function made(over: Partial<EtcdConfig> = {}, drills: EtcdDrill[] = [etcdLeaderLossOnAws, etcdSnapshotRestoreOnAws, etcdLeaderHandover]) {
  const { stack, network, shared } = aSuiteStack();
  const stopAlarms = () => ['arn:aws:cloudwatch:eu-west-1:210987654321:alarm:heartbeat'];
  const parts = etcdParts(stack, 'control', { ...config, ...over }, { name: 'quorum', drills, network, shared, stopAlarms });
  return { parts, stack };
}

const { parts, stack } = made();
const template = Template.fromStack(stack);
const documents = Object.values(template.findResources('AWS::SSM::Document')).map(({ Properties }) => Properties);
const documentOf = (purpose: string) => documents.find(({ Name }) => Name.startsWith(`quorum-control-${purpose}-`))!;

test('there is a template for each fault that an Automation inflicts, and none for another', () => {
  expect(Object.keys(parts.templates)).toEqual(['etcd-leader-loss', 'etcd-snapshot-restore']);
});

test('the target says which documents tell of its members and bring them back, and where snapshots lie', () => {
  expect(parts.target).toMatchObject({
    store: 'etcd',
    name: 'control',
    members: config.members,
    tls_secret: config.tlsSecret,
    documents: { status: documentOf('status').Name, undo: documentOf('undo').Name },
  });
  expect(stack.resolve(parts.target.store === 'etcd' && parts.target.snapshots)).toEqual({
    Ref: expect.stringContaining('SnapshotsBucket'),
  });
});

test('every document is one version under a name of its own, and another once its content changes', () => {
  const names = documents.map(({ Name }) => Name.replace(/[0-9a-f]{10}$/, '#')).sort();
  expect(names).toEqual(['kill', 'kill-leader', 'phase', 'restore', 'status', 'undo'].map((each) => `quorum-control-${each}-#`));
  const members = config.members.map((member) => ({ ...member, instance: `${member.instance}0` }));
  const others = Object.values(Template.fromStack(made({ members }).stack).findResources('AWS::SSM::Document')).map(
    ({ Properties }) => Properties.Name,
  );
  expect(others.filter((name) => documents.some(({ Name }) => Name === name))).toEqual([]);
});

test.each([
  ['Killed', 'kill-leader', 'Lose', 'PT5M'],
  ['restored', 'restore', 'Save', 'PT45M'],
])('%s by FIS, which runs one Automation on no target of its own, and longer than all of its steps', (_, automation, step, maxDuration) => {
  const document = documentOf(automation);
  const experiment = Object.values(template.findResources('AWS::FIS::ExperimentTemplate')).find(({ Properties }) =>
    flat(Properties.Actions.lose.Parameters.documentArn).endsWith(`/${document.Name}`),
  )!.Properties;
  expect(experiment).toMatchObject({ Targets: {}, Actions: { lose: { Parameters: { documentVersion: '1', maxDuration } } } });
  expect(experiment.StopConditions).toHaveLength(1);
  const steps = document.Content.mainSteps as { name: string; timeoutSeconds?: number; inputs: { InstanceIds?: string[] } }[];
  expect(steps.map(({ name }) => name)).toContain(step);
  const longest_s = steps.reduce((sum, { timeoutSeconds = 60 }) => sum + timeoutSeconds, 0);
  expect(longest_s).toBeLessThan(Number(maxDuration.slice(2, -1)) * 60);
});

describe('the roles', () => {
  const here = '<AWS::Region>:<AWS::AccountId>';
  const send = statements(template).filter(({ actions }) => actions.includes('ssm:SendCommand'));
  const instances = config.members.map(({ instance }) => `arn:<AWS::Partition>:ec2:${here}:instance/${instance}`);

  test('an Automation runs its own document, on the members alone, and a restore only on tagged ones', () => {
    const granted = send.map(({ resources, condition }) => ({ resources: resources.map(flat), condition }));
    expect(granted).toHaveLength(4);
    for (const purpose of ['kill', 'phase']) {
      const arn = `arn:<AWS::Partition>:ssm:${here}:document/${documentOf(purpose).Name}`;
      const at = granted.findIndex(({ resources }) => resources.includes(arn));
      expect(granted[at]?.resources).toEqual([arn]);
      const condition = purpose === 'phase' ? { StringEquals: { 'ssm:resourceTag/quorum-drills-scratch': 'control' } } : undefined;
      expect(granted[at + 1]).toEqual({ resources: instances, condition });
    }
  });

  test("an Automation's role moves its own lease and writes receipts, and nothing else in the table", () => {
    const keys = statements(template)
      .filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')))
      .map(({ actions, condition }) => [actions, Object.values(condition as object)[0]]);
    const wanted = [
      [['dynamodb:UpdateItem'], { 'dynamodb:LeadingKeys': ['STORE#control'] }],
      [['dynamodb:PutItem'], { 'dynamodb:LeadingKeys': ['HIT#*'] }],
    ];
    expect(keys).toEqual([...wanted, ...wanted]);
  });

  test('cdk-nag finds nothing in them, and nothing in the bucket', () => {
    expect(new AwsSolutionsChecks(stack).validateScope(stack.node.findChild('control')).violations.map(({ ruleName }) => ruleName)).toEqual(
      [],
    );
  });
});

describe('the snapshots', () => {
  const [, bucket] = Object.entries(template.findResources('AWS::S3::Bucket')).find(([id]) => id.includes('SnapshotsBucket'))!;

  test('lie under a key of their own, without versions or locks, for a day at most', () => {
    expect(bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault).toMatchObject({
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringContaining('SnapshotsKey'), 'Arn'] },
    });
    expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([
      expect.objectContaining({ ExpirationInDays: 1, Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    ]);
    expect(bucket.Properties).not.toHaveProperty('VersioningConfiguration');
    expect(bucket.Properties).not.toHaveProperty('ObjectLockEnabled');
  });

  test('are let to the role of the scratch instances, and deleted by healing and by who takes a lease over', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    const policies = JSON.stringify(template.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toContain(config.scratch?.instanceRole);
    const deleting = Object.entries(parts.permissions).filter(([, each]) =>
      each.some(({ actions }) => actions.includes('s3:DeleteObject')),
    );
    expect(deleting.map(([task]) => task)).toEqual(['Claim', 'Heal']);
  });

  test('are none where nothing is restored', () => {
    const plain = made({ scratch: null }, [etcdLeaderLossOnAws]);
    expect(plain.parts.target).toMatchObject({ snapshots: null });
    Template.fromStack(plain.stack).resourceCountIs('AWS::KMS::Key', 0);
    expect(JSON.stringify(plain.parts.permissions)).not.toContain('s3:');
  });
});

test('only Heal and who takes a lease over may bring members back, and no function may break them', () => {
  const sent = Object.entries(parts.permissions).map(([task, each]) => [
    task,
    each.flatMap(({ actions, resources }) => (actions.includes('ssm:SendCommand') ? resources.map((one) => flat(stack.resolve(one))) : [])),
  ]) as [string, string[]][];
  const may = (purpose: string) =>
    sent.filter(([, resources]) => resources.some((one) => one.includes(`document/${documentOf(purpose).Name}`))).map(([task]) => task);
  expect(may('undo')).toEqual(['Claim', 'Heal']);
  expect([may('kill'), may('phase')]).toEqual([[], []]);
  expect(may('status')).toEqual(['Preflight', 'Readmit', 'Watch', 'Heal', 'Collect']);
});

test('every resource that is no name has its reason', () => {
  const wide = Object.values(parts.permissions)
    .flat()
    .filter(({ resources }) => resources.some((each) => each.endsWith('*')));
  expect(wide.length).toBeGreaterThan(0);
  expect(wide.filter(({ because }) => because === undefined)).toEqual([]);
});

const [first, ...others] = config.members;
test.each<[string, Partial<EtcdConfig>, string]>([
  [
    'a restore of live members',
    { scratch: null },
    'targets.control.drills.etcd-snapshot-restore: got a restore that would replace live members',
  ],
  [
    'a live cluster that is the target itself',
    { scratch: { live: 'https://10.0.1.1:2379', instanceRole: 'arn:aws:iam::210987654321:role/x' } },
    'targets.control.scratch.live: got https://10.0.1.1:2379, a member of this target',
  ],
  [
    'members in clear with a secret',
    { members: [{ ...first!, url: 'http://10.0.1.1:2379' }, ...others] },
    'wanted https:, because there is a tlsSecret',
  ],
  ['members with TLS and no secret', { tlsSecret: null }, 'wanted http:, because tlsSecret is null'],
  ['two members on one instance', { members: [first!, { ...others[0]!, instance: first!.instance }] }, 'got i-01 twice'],
  ['two members of one name', { members: [first!, { ...others[0]!, name: first!.name }] }, 'got etcd-1 twice'],
])('%s is refused', (_, over, message) => {
  expect(() => made(over)).toThrow(message);
});

test('a restore with learners is refused', () => {
  const learning = { ...etcdSnapshotRestoreOnAws, topology: { ...etcdSnapshotRestoreOnAws.topology, learners: 1 } };
  expect(() => made({}, [learning])).toThrow('got 1, wanted 0: every restored member is a voter');
});
