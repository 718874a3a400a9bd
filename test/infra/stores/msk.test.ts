import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { SharedResources } from '../../../infra/shared/resources.ts';
import type { MskConfig, StoreParts, SuiteForTarget } from '../../../infra/store-parts.ts';
import { mskParts } from '../../../infra/stores/msk.ts';
import { flat } from '../synthesized.ts';

const config: MskConfig = {
  name: 'orders',
  store: 'msk',
  topic: 'quorum-drill',
  auth: 'iam',
  clusterArn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b-1',
};

const alarms = ['arn:aws:cloudwatch:eu-west-1:210987654321:alarm:heartbeat', 'arn:aws:cloudwatch:eu-west-1:210987654321:alarm:guard'];

function made(over: Partial<MskConfig> = {}, suite: Partial<SuiteForTarget> = {}): { parts: StoreParts; stack: Stack } {
  const stack = new Stack(new App(), 'Suite');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] });
  const network = { vpc, subnets: vpc.privateSubnets, securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1') };
  const shared = new SharedResources(stack, 'Shared', { name: 'quorum', email: [] });
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

interface Step {
  name: string;
  action: string;
  inputs: { [name: string]: unknown };
  outputs?: { Name: string; Selector: string; Type: string }[];
  nextStep?: string;
  isEnd?: boolean;
  maxAttempts: number;
  timeoutSeconds: number;
  onFailure: string;
}
const steps = document.Content.mainSteps as Step[];
const [take, restart, receipt] = steps as [Step, Step, Step];

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
  test('is an Automation in a version of its own, under a name that changes with its content', () => {
    expect(document).toMatchObject({ DocumentType: 'Automation', DocumentFormat: 'JSON', UpdateMethod: 'NewVersion' });
    expect(document.Content).toMatchObject({ schemaVersion: '0.3', assumeRole: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } });
    expect(document.Content.parameters).toBeUndefined();
    expect(document.Name).toMatch(/^quorum-orders-restart-broker-[0-9a-f]{10}$/);
    expect(only('AWS::SSM::Document').Name).toBe(
      Template.fromStack(made().stack).findResources('AWS::SSM::Document')[documentId()]?.Properties.Name,
    );
    const other = Template.fromStack(made({ clusterArn: `${config.clusterArn}0` }).stack).findResources('AWS::SSM::Document');
    expect(Object.values(other)[0]?.Properties.Name).not.toBe(document.Name);
  });

  test('takes the victim first, by a write that only an announcement in a held lease lets through', () => {
    expect(take.inputs).toEqual({
      Service: 'dynamodb',
      Api: 'UpdateItem',
      TableName: { Ref: expect.stringMatching(/^SharedTable/) },
      Key: { pk: { S: 'STORE#orders' }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #phase = :injected',
      ConditionExpression: '#state = :held AND #phase = :injecting AND #expires_text > :now AND attribute_exists(#victim_id)',
      ExpressionAttributeNames: { '#state': 'state', '#phase': 'phase', '#expires_text': 'expires_text', '#victim_id': 'victim_id' },
      ExpressionAttributeValues: {
        ':held': { S: 'held' },
        ':injecting': { S: 'injecting' },
        ':injected': { S: 'injected' },
        ':now': { S: '{{ global:DATE_TIME }}' },
      },
      ReturnValues: 'ALL_NEW',
    });
    expect(take.outputs?.map(({ Name, Selector }) => [Name, Selector])).toContainEqual(['victim_id', '$.Attributes.victim_id.S']);
  });

  test('then restarts that broker of that cluster, and leaves a receipt under its token', () => {
    expect(restart.inputs).toEqual({
      Service: 'kafka',
      Api: 'RebootBroker',
      ClusterArn: config.clusterArn,
      BrokerIds: ['{{ TakeTheVictim.victim_id }}'],
    });
    expect(receipt.inputs).toMatchObject({
      Api: 'PutItem',
      Item: {
        pk: { S: 'HIT#{{ TakeTheVictim.token }}' },
        sk: { S: 'HIT' },
        victim: { S: '{{ TakeTheVictim.victim }}' },
        operation: { S: '{{ RestartTheBroker.operation }}' },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  test('ends there, without a second try of anything, and before FIS would end it', () => {
    expect(steps.map(({ nextStep, isEnd }) => nextStep ?? isEnd)).toEqual(['RestartTheBroker', 'LeaveTheReceipt', true]);
    expect(steps.map(({ name }) => name)).toEqual(['TakeTheVictim', 'RestartTheBroker', 'LeaveTheReceipt']);
    for (const { action, maxAttempts, onFailure } of steps)
      expect({ action, maxAttempts, onFailure }).toEqual({ action: 'aws:executeAwsApi', maxAttempts: 1, onFailure: 'Abort' });
    const longest_s = steps.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
    const [, minutes] = /^PT(\d+)M$/.exec(only('AWS::FIS::ExperimentTemplate').Actions.restart.Parameters.maxDuration) ?? [];
    expect(longest_s).toBeLessThan(Number(minutes) * 60);
  });

  test('names nothing that it was not told: outputs come from steps before, placeholders are defined', () => {
    const known = new Set(['global:DATE_TIME', 'automation:EXECUTION_ID']);
    for (const { name, inputs, outputs = [] } of steps) {
      const text = JSON.stringify(inputs);
      expect([...text.matchAll(/\{\{ ?([^ }]+) ?\}\}/g)].map(([, used]) => used).filter((used) => !known.has(used!))).toEqual([]);
      const used = [...`${inputs.UpdateExpression ?? ''} ${inputs.ConditionExpression ?? ''}`.matchAll(/[#:]\w+/g)].map(([word]) => word);
      const defined = Object.keys({ ...(inputs.ExpressionAttributeNames ?? {}), ...(inputs.ExpressionAttributeValues ?? {}) });
      expect([...new Set(used)].sort()).toEqual(defined.sort());
      for (const { Name } of outputs) known.add(`${name}.${Name}`);
    }
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

function documentId(): string {
  return Object.keys(template.findResources('AWS::SSM::Document'))[0] ?? '';
}
