import { App, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { auroraFailoverOnAws } from '../../../drills/aurora-failover-on-aws.ts';
import { auroraZoneLoss } from '../../../drills/aurora-zone-loss.ts';
import type { AuroraTarget } from '../../../drills/target.ts';
import { grantAll } from '../../../infra/permission.ts';
import type { AuroraConfig, StoreParts, SuiteForTarget } from '../../../infra/store-parts.ts';
import { auroraParts } from '../../../infra/stores/aurora.ts';
import { aSuiteStack } from './a-suite-stack.ts';

const config: AuroraConfig = {
  name: 'billing',
  store: 'aurora',
  database: 'billing',
  user: 'quorum_drill',
  auth: 'iam',
  clusterArn: 'arn:aws:rds:eu-west-1:210987654321:cluster:billing',
};
const secret = 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:probe-AbCdEf';
const alarms = ['arn:aws:cloudwatch:eu-west-1:210987654321:alarm:heartbeat', 'arn:aws:cloudwatch:eu-west-1:210987654321:alarm:guard'];

function made(over: Partial<AuroraConfig> = {}, suite: Partial<SuiteForTarget> = {}): { parts: StoreParts; stack: Stack } {
  const { stack, network, shared } = aSuiteStack();
  const drills = [auroraFailoverOnAws, auroraZoneLoss];
  const parts = auroraParts(
    stack,
    'billing',
    { ...config, ...over },
    { name: 'quorum', drills, network, shared, stopAlarms: () => alarms, ...suite },
  );
  return { parts, stack };
}

const { parts, stack } = made();
const template = Template.fromStack(stack);
const only = (type: string, matching = '') =>
  Object.values(template.findResources(type)).find((each) => JSON.stringify(each).includes(matching))!.Properties;
const wildcards = ({ permissions }: StoreParts) =>
  Object.values(permissions)
    .flat()
    .filter(({ resources }) => resources.some((each) => each.includes('*')));

describe('the template', () => {
  const experiment = only('AWS::FIS::ExperimentTemplate');

  test("FIS's own action on this one cluster, which must be there", () => {
    expect(experiment.Actions).toEqual({ failover: { ActionId: 'aws:rds:failover-db-cluster', Targets: { Clusters: 'cluster' } } });
    expect(experiment.Targets).toEqual({
      cluster: { ResourceType: 'aws:rds:cluster', ResourceArns: [config.clusterArn], SelectionMode: 'ALL' },
    });
    expect(experiment.ExperimentOptions).toEqual({ AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail' });
  });

  test('is stopped by every alarm of its drill, and by one at least', () => {
    expect(experiment.StopConditions).toEqual(alarms.map((Value) => ({ Source: 'aws:cloudwatch:alarm', Value })));
    expect(() => made({}, { stopAlarms: () => [] })).toThrow('got 0 stop alarms, wanted one to five');
  });

  test('may fail over this cluster and touch no other, and describe any as FIS may look it up by a filter', () => {
    const statements = only('AWS::IAM::Policy', 'rds:FailoverDBCluster').PolicyDocument.Statement as {
      Action: unknown;
      Resource: unknown;
    }[];
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('rds:'))).toEqual([
      { Action: 'rds:FailoverDBCluster', Effect: 'Allow', Resource: config.clusterArn },
      {
        Action: 'rds:DescribeDBClusters',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':rds:eu-west-1:210987654321:cluster:*']] },
      },
    ]);
  });

  test('one for each drill that is a failover, and none for what RDS cannot be asked', () => {
    expect(Object.keys(parts.templates)).toEqual(['aurora-failover']);
    template.resourceCountIs('AWS::FIS::ExperimentTemplate', 1);
  });
});

describe('the target', () => {
  test('is taken from the ARN', () => {
    expect(parts.target).toEqual({
      store: 'aurora',
      name: 'billing',
      region: 'eu-west-1',
      account: '210987654321',
      cluster: 'billing',
      cluster_arn: config.clusterArn,
      database: 'billing',
      user: 'quorum_drill',
      auth: 'iam',
    });
  });

  test('whose ARN is known only after deployment is taken apart then', () => {
    const { parts: late, stack: suite } = made({ clusterArn: Fn.importValue('ClusterArn') });
    const arn = { 'Fn::Split': [':', { 'Fn::ImportValue': 'ClusterArn' }] };
    expect(suite.resolve((late.target as AuroraTarget).cluster)).toEqual({ 'Fn::Select': [6, arn] });
  });
});

describe('what the tasks may', () => {
  const actions = (task: string, of: StoreParts = parts) => (of.permissions[task] ?? []).flatMap((each) => each.actions).sort();

  test('no task of ours may fail anything over: only the role of FIS may', () => {
    const all = Object.values(parts.permissions).flat();
    expect(all.flatMap((each) => each.actions).filter((action) => !/^rds:Describe|^rds-db:connect$/.test(action))).toEqual([]);
  });

  test.each([
    ['Preflight', ['rds:DescribeDBClusters', 'rds:DescribeDBInstances']],
    ['Readmit', ['rds:DescribeDBClusters', 'rds:DescribeDBInstances']],
    ['Watch', ['rds:DescribeDBClusters', 'rds:DescribeDBInstances', 'rds:DescribeEvents']],
    ['Heal', ['rds:DescribeDBClusters', 'rds:DescribeDBInstances', 'rds:DescribeEvents']],
    ['Collect', ['rds:DescribeDBClusters', 'rds:DescribeEvents']],
    ['Claim', ['rds:DescribeEvents']],
    ['Witness', ['rds-db:connect', 'rds:DescribeDBClusters', 'rds:DescribeDBInstances']],
    ['Readback', ['rds-db:connect', 'rds:DescribeDBClusters', 'rds:DescribeDBInstances']],
    ['Grade', []],
    ['Release', []],
  ])('%s', (task, wanted) => {
    expect(actions(task)).toEqual(wanted);
  });

  test.each([
    [undefined, '*'],
    ['cluster-ABCDEFGH', 'cluster-ABCDEFGH'],
  ])('with the id for log-ins %s it logs in on %s', (clusterResourceId, on) => {
    const { parts: other, stack: suite } = made({ clusterResourceId });
    const connect = other.permissions.Witness?.find((each) => each.actions.includes('rds-db:connect'));
    expect(JSON.stringify(suite.resolve(connect?.resources))).toContain(`dbuser:${on}/quorum_drill`);
  });

  test('with a secret the probe reads that secret and signs nothing', () => {
    const { parts: other } = made({ auth: secret });
    expect(actions('Witness', other)).toEqual(['rds:DescribeDBClusters', 'rds:DescribeDBInstances', 'secretsmanager:GetSecretValue']);
    expect(other.permissions.Witness?.find((each) => each.actions[0]?.startsWith('secretsmanager'))?.resources).toEqual([secret]);
  });

  test('every wildcard has its reason, and cdk-nag takes it', () => {
    expect(wildcards(parts).every(({ because }) => because !== undefined)).toBe(true);
    const checked = new Stack(new App(), 'Checked');
    const role = new Role(checked, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    grantAll(checked, role, Object.values(made({ auth: secret }).parts.permissions).flat());
    const found = () => new AwsSolutionsChecks(checked).validateScope(checked).violations.map(({ ruleName }) => ruleName);
    expect(found()).toEqual([]);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['rds:DeleteDBCluster'], resources: ['*', 'arn:aws:rds:*'] }));
    expect(found().join()).toContain('AwsSolutions-IAM5');
  });
});
