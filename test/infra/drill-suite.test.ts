import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import example from '../../drill.config.example.ts';
import type { SuiteSettings } from '../../drills/target.ts';
import type { DrillConfig } from '../../infra/config/schema.ts';
import { DrillSuite } from '../../infra/drill-suite.ts';
import { suiteEnvironment } from '../../infra/suite-settings.ts';
import { flat, toldIn } from './synthesized.ts';

/** An app of somebody else, without any of our context, whose stack has things of its own. */
function somebodyElses(config: DrillConfig = example): { suite: DrillSuite; stack: Stack } {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Platform');
  const suite = new DrillSuite(stack, 'Drills', config);
  for (const [name, machine] of Object.entries(suite.machines)) new CfnOutput(stack, `Of${name}`, { value: machine.stateMachineArn });
  return { suite, stack };
}

const { suite, stack } = somebodyElses();
const template = Template.fromStack(stack);

const told = toldIn(template);

describe('a suite in an app of somebody else', () => {
  test('has a machine for each target, which the app can use', () => {
    expect(Object.keys(suite.machines)).toEqual(Object.keys(example.targets));
    template.resourceCountIs('AWS::StepFunctions::StateMachine', Object.keys(example.targets).length);
  });

  test('tells every function the same, and that is where the targets are and what runs on them', () => {
    const environments = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment?.Variables,
    );
    for (const each of environments) expect(each).toEqual(environments[0]);
    const { targets, placed, templates, table, bucket, topic, bus } = told;
    expect(targets).toEqual(
      Object.values(suite.parts).map(({ target }) => expect.objectContaining({ name: target.name, store: target.store })),
    );
    expect(placed).toEqual(
      Object.fromEntries(
        Object.entries(example.targets).flatMap(([name, { drills }]) => Object.keys(drills).map((drill) => [drill, name])),
      ),
    );
    expect(Object.keys(templates).sort()).toEqual(Object.keys(placed).sort());
    for (const id of [table, bucket, topic, bus, ...Object.values(templates)])
      expect(template.toJSON().Resources).toHaveProperty(id.replace(/[<>]/g, ''));
  });

  test('puts its tags on what it makes', () => {
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
    expect(bucket?.Properties.Tags).toContainEqual({ Key: 'service', Value: 'quorum-drills' });
  });

  test('stops every experiment by the heartbeat and by the guards of its drill', () => {
    const [drill, guarded] = Object.entries(example.targets.orders!.drills)[0]!;
    const id = (stack.resolve(suite.parts.orders?.templates[drill]) as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]!;
    const values = template
      .findResources('AWS::FIS::ExperimentTemplate')
      [id]?.Properties.StopConditions.map((each: { Source: string; Value: unknown }) => [each.Source, flat(each.Value)]);
    expect(values).toEqual([
      ['aws:cloudwatch:alarm', `<${stack.getLogicalId(suite.shared.heartbeat('orders').node.defaultChild as never)}>`],
      ['aws:cloudwatch:alarm', `arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:${guarded.guards?.[0]?.alarm}`],
    ]);
  });

  test('is refused before anything is made of it when the configuration is wrong', () => {
    expect(() => somebodyElses({ ...example, name: 'Mine' })).toThrow("name: got 'Mine'");
  });

  test('is refused when a drill has no experiment on AWS', () => {
    const orders = { ...example.targets.orders, drills: { 'msk-broker-loss': {} } } as DrillConfig['targets'][string];
    expect(() => somebodyElses({ ...example, targets: { orders } })).toThrow(
      'targets.orders.drills.msk-broker-loss: got a drill that AWS has no experiment for',
    );
  });
});

describe('the settings', () => {
  const target = (name: string): SuiteSettings['targets'][number] => ({
    store: 'aurora',
    name,
    region: 'eu-west-1',
    account: '210987654321',
    cluster: name,
    cluster_arn: `arn:aws:rds:eu-west-1:210987654321:cluster:${name}`,
    database: 'd',
    user: 'u',
    auth: 'iam',
  });
  const of = (count: number) => ({ ...told, targets: Array.from({ length: count }, (_, n) => target(`store-${n}`)) });

  test('that fit go into the environment whole', () => {
    const other = new Stack();
    expect(JSON.parse(other.resolve(suiteEnvironment(other, 'drills', of(10)).DRILL_SUITE))).toEqual(of(10));
  });

  test('that Lambda would refuse are refused at synthesis', () => {
    expect(() => suiteEnvironment(new Stack(), 'drills', of(40))).toThrow(
      /^the settings of store-0, .*store-39: got up to \d+ bytes, wanted at most 4096/,
    );
  });

  test('count a reference as long as it may become', () => {
    const other = new Stack();
    const many = {
      ...of(8),
      templates: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`drill-${n}`, suite.shared.table.tableArn])),
    };
    const short = { ...of(8), templates: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`drill-${n}`, 'EXT1'])) };
    expect(() => suiteEnvironment(other, 'drills', short)).not.toThrow();
    expect(() => suiteEnvironment(stack, 'drills', many)).toThrow('wanted at most 4096');
  });
});
