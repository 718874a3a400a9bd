import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import type { MskConfig, StoreParts, SuiteForTarget } from '../../../infra/store-parts.ts';
import { restartDocument } from '../../../infra/stores/msk/restart-document.ts';
import { mskParts } from '../../../infra/stores/msk.ts';
import { flat } from '../synthesized.ts';
import { aSuiteStack } from './a-suite-stack.ts';

const config: MskConfig = {
  name: 'orders',
  store: 'msk',
  topic: 'quorum-drill',
  auth: 'iam',
  clusterArn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b-1',
};

const alarms = ['arn:aws:cloudwatch:eu-west-1:210987654321:alarm:heartbeat', 'arn:aws:cloudwatch:eu-west-1:210987654321:alarm:guard'];

function made(over: Partial<MskConfig> = {}, suite: Partial<SuiteForTarget> = {}): { parts: StoreParts; stack: Stack } {
  const { stack, network, shared } = aSuiteStack();
  const parts = mskParts(
    stack,
    'orders',
    { ...config, ...over },
    {
      name: 'quorum',
      drills: [mskBrokerReboot, mskBrokerLoss],
      network,
      shared,
      stopAlarms: () => alarms,
      ...suite,
    },
  );
  return { parts, stack };
}

const { parts, stack } = made();
const template = Template.fromStack(stack);
const only = (type: string, matching = '') =>
  Object.values(template.findResources(type)).find((each) => JSON.stringify(each).includes(matching))!.Properties;
const document = only('AWS::SSM::Document');

/** The role whose inline policy has this action, its trust and its statements. */
function roleWith(action: string) {
  const policy = only('AWS::IAM::Policy', `"${action}"`);
  const [id] = policy.Roles.map((role: { Ref: string }) => role.Ref) as string[];
  const statements = policy.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown; Condition?: object }[];
  return {
    trust: template.findResources('AWS::IAM::Role')[id ?? '']?.Properties.AssumeRolePolicyDocument.Statement,
    granted: statements.map(({ Action, Resource, Condition }) => ({
      actions: [Action].flat(),
      resources: [Resource].flat().map(flat),
      ...(Condition === undefined ? {} : { condition: Condition }),
    })),
  };
}

const here = '<AWS::Region>:<AWS::AccountId>';
const trusting = (service: string, source: string) => [
  {
    Action: 'sts:AssumeRole',
    Effect: 'Allow',
    Principal: { Service: service },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }, ArnLike: { 'aws:SourceArn': expect.anything() } },
    source,
  },
];
const sourceOf = (trust: { Condition: { ArnLike: { [key: string]: unknown } } }[]) => flat(trust[0]!.Condition.ArnLike['aws:SourceArn']);

describe('the document', () => {
  test('is the Automation as it is written, in a version of its own, under a name that changes with its content', () => {
    expect(document).toMatchObject({ DocumentType: 'Automation', DocumentFormat: 'JSON', UpdateMethod: 'NewVersion' });
    const { TableName } = document.Content.mainSteps[0].inputs;
    expect(TableName).toEqual({ Ref: expect.stringMatching(/^SharedTable/) });
    const roleArn = { 'Fn::GetAtt': [expect.stringMatching(/^ordersRestartRole/), 'Arn'] };
    const written = restartDocument({ store: 'orders', clusterArn: config.clusterArn, table: 'TABLE', roleArn: 'ROLE' });
    const asWritten = JSON.parse(JSON.stringify(document.Content).replaceAll(JSON.stringify(TableName), '"TABLE"'));
    expect(asWritten).toEqual({ ...written, assumeRole: roleArn });
  });

  test('keeps its name while it is the same, and gets another when it changes', () => {
    expect(document.Name).toMatch(/^quorum-orders-restart-broker-[0-9a-f]{10}$/);
    const nameIn = (of: Stack) => Object.values(Template.fromStack(of).findResources('AWS::SSM::Document'))[0]?.Properties.Name;
    expect(nameIn(made().stack)).toBe(document.Name);
    expect(nameIn(made({ clusterArn: `${config.clusterArn}0` }).stack)).not.toBe(document.Name);
  });

  test('can call no longer than FIS lets it run', () => {
    const steps = document.Content.mainSteps as { timeoutSeconds: number }[];
    const longest_s = steps.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
    const [, minutes] = /^PT(\d+)M$/.exec(only('AWS::FIS::ExperimentTemplate').Actions.restart.Parameters.maxDuration) ?? [];
    expect(longest_s).toBeLessThan(Number(minutes) * 60);
  });
});

describe('the experiment template', () => {
  const experiment = only('AWS::FIS::ExperimentTemplate');

  test('runs the one version of the document on no target of its own', () => {
    expect(experiment).toMatchObject({ Targets: {}, Description: expect.stringContaining(mskBrokerReboot.title) });
    const { actionId: _, ...action } = { actionId: '', ...experiment.Actions.restart };
    expect({ ...action, Parameters: { ...action.Parameters, documentArn: flat(action.Parameters.documentArn) } }).toEqual({
      ActionId: 'aws:ssm:start-automation-execution',
      Parameters: { documentArn: `arn:<AWS::Partition>:ssm:${here}:document/${document.Name}`, documentVersion: '1', maxDuration: 'PT3M' },
    });
  });

  test('stops by every alarm that it was given, and never by none', () => {
    expect(experiment.StopConditions).toEqual(alarms.map((Value) => ({ Source: 'aws:cloudwatch:alarm', Value })));
    expect(() => made({}, { stopAlarms: () => [] })).toThrow('got 0 stop alarms, wanted one to five');
  });

  test('writes its log where CloudFormation wants to be told of it', () => {
    expect(experiment.LogConfiguration).toEqual({
      LogSchemaVersion: 2,
      CloudWatchLogsConfiguration: { LogGroupArn: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } },
    });
  });

  test('there is one for the drill that restarts a broker, and none for what MSK cannot be asked', () => {
    expect(Object.keys(parts.templates)).toEqual(['msk-broker-reboot']);
    template.resourceCountIs('AWS::FIS::ExperimentTemplate', 1);
  });
});

describe('the roles', () => {
  test("FIS's may start, read and stop this document's executions, and hand over the other role to Systems Manager alone", () => {
    const { trust, granted } = roleWith('ssm:StartAutomationExecution');
    expect([{ ...trust[0], source: sourceOf(trust) }]).toEqual(
      trusting('fis.amazonaws.com', `arn:<AWS::Partition>:fis:${here}:experiment/*`),
    );
    const executions = `arn:<AWS::Partition>:ssm:${here}:automation-execution/*`;
    expect(granted).toEqual([
      {
        actions: ['ssm:StartAutomationExecution'],
        resources: [
          `arn:<AWS::Partition>:ssm:${here}:document/${document.Name}`,
          `arn:<AWS::Partition>:ssm:${here}:automation-definition/${document.Name}:*`,
          executions,
        ],
      },
      { actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'], resources: [executions] },
      {
        actions: ['iam:PassRole'],
        resources: [flat(document.Content.assumeRole)],
        condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
      },
      expect.objectContaining({ resources: ['*'], actions: expect.arrayContaining(['logs:CreateLogDelivery']) }),
    ]);
  });

  test("the Automation's may move its own lease, write receipts, and restart brokers of this cluster", () => {
    const { trust, granted } = roleWith('kafka:RebootBroker');
    expect([{ ...trust[0], source: sourceOf(trust) }]).toEqual(
      trusting('ssm.amazonaws.com', `arn:<AWS::Partition>:ssm:${here}:automation-execution/*`),
    );
    const keys = (key: string) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [key] } });
    expect(granted).toEqual([
      { actions: ['dynamodb:UpdateItem'], resources: [expect.stringContaining('Table')], condition: keys('STORE#orders') },
      { actions: ['dynamodb:PutItem'], resources: [expect.stringContaining('Table')], condition: keys('HIT#*') },
      { actions: ['kafka:RebootBroker'], resources: [config.clusterArn] },
    ]);
  });

  test('cdk-nag finds nothing in them that has no reason', () => {
    const found = (of: Stack) =>
      new AwsSolutionsChecks(of).validateScope(of.node.findChild('orders')).violations.map(({ ruleName }) => ruleName);
    expect(found(stack)).toEqual([]);
    const spoiled = made().stack;
    const role = new Role(spoiled.node.findChild('orders'), 'Wide', { assumedBy: new ServicePrincipal('ssm.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['kafka:RebootBroker'], resources: ['*'] }));
    expect(found(spoiled)).toEqual(['AwsSolutions-IAM5[Resource::*]']);
  });
});

describe('what the functions need', () => {
  const actions = (permissions = parts.permissions) =>
    Object.fromEntries(Object.entries(permissions).map(([task, each]) => [task, each.flatMap((one) => one.actions).sort()]));

  test('only those that look at the cluster may, and nobody may restart a broker', () => {
    const all = actions();
    expect(Object.keys(all).sort()).toEqual(['Claim', 'Collect', 'Heal', 'Preflight', 'Readback', 'Readmit', 'Watch', 'Witness']);
    expect(all.Preflight).toEqual(all.Readmit);
    expect(all.Preflight).toEqual([
      'kafka-cluster:Connect',
      'kafka-cluster:DescribeTopic',
      'kafka-cluster:DescribeTopicDynamicConfiguration',
      'kafka:DescribeClusterV2',
      'kafka:DescribeConfigurationRevision',
      'kafka:DescribeTopic',
      'kafka:DescribeTopicPartitions',
      'kafka:ListClusterOperationsV2',
      'kafka:ListNodes',
    ]);
    expect(all.Claim).toEqual(['dynamodb:GetItem', 'kafka:DescribeClusterOperationV2']);
    expect(all.Witness).toContain('kafka-cluster:WriteData');
    expect(all.Readback).not.toContain('kafka-cluster:WriteData');
    expect(
      Object.values(all)
        .flat()
        .filter((action) => /Reboot|Delete|Update|Create|Put/.test(action)),
    ).toEqual([]);
  });

  test('topics are named with their cluster', () => {
    const topics = parts.permissions.Witness?.flatMap(({ resources }) => resources.map((each) => stack.resolve(each)));
    expect(topics?.map(flat)).toContain('arn:<AWS::Partition>:kafka:eu-west-1:210987654321:topic/orders/0a1b-1/quorum-drill');
  });

  test('without IAM the probe is allowed the addresses of the brokers and nothing else', () => {
    const tls = actions(made({ auth: 'tls' }).parts.permissions);
    expect([tls.Witness, tls.Readback]).toEqual([['kafka:GetBootstrapBrokers'], ['kafka:GetBootstrapBrokers']]);
  });

  test('every resource that is no name has its reason', () => {
    const wide = Object.values(parts.permissions)
      .flat()
      .filter(({ resources }) => resources.some((each) => each.endsWith('*')));
    expect(wide.length).toBeGreaterThan(0);
    expect(wide.filter(({ because }) => because === undefined)).toEqual([]);
  });
});

test('the target is told apart from its ARN', () => {
  expect(parts.target).toEqual({
    store: 'msk',
    name: 'orders',
    region: 'eu-west-1',
    account: '210987654321',
    cluster_arn: config.clusterArn,
    cluster_name: 'orders',
    topic: 'quorum-drill',
    auth: 'iam',
  });
});
