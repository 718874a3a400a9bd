import type { CfnElement } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import example from '../../../drill.config.example.ts';
import type { DrillConfig } from '../../../infra/config/schema.ts';
import { claim } from '../../../lambdas/claim.ts';
import { virtualWorld } from '../../virtual/world.ts';
import { flat, statements, synthesized } from '../synthesized.ts';

const { stack, template, findings } = synthesized();
const { suite } = stack;
const sweep = stack.getLogicalId(suite.handlers.Sweep!.function.node.defaultChild as CfnElement);
const machines = Object.fromEntries(
  Object.entries(suite.machines).map(([name, machine]) => [name, stack.getLogicalId(machine.node.defaultChild as CfnElement)]),
);
const [[queue, letters] = []] = Object.entries(template.findResources('AWS::SQS::Queue'));
const topic = stack.getLogicalId(suite.shared.topic.node.defaultChild as CfnElement);

const all = (type: string, from = template) => Object.values(from.findResources(type)).map(({ Properties }) => Properties);
const alarmsOn = (metric: string) => all('AWS::CloudWatch::Alarm').filter(({ MetricName }) => MetricName === metric);

describe('the sweeper', () => {
  const rules = all('AWS::Events::Rule');

  test('is called when an execution of any machine fails, times out or is aborted', () => {
    const [rule] = rules.filter(({ EventPattern }) => EventPattern !== undefined);
    const { source, 'detail-type': type, detail } = rule!.EventPattern;
    expect([source, type, detail.status]).toEqual([
      ['aws.states'],
      ['Step Functions Execution Status Change'],
      ['FAILED', 'TIMED_OUT', 'ABORTED'],
    ]);
    expect(detail.stateMachineArn.map(flat)).toEqual(Object.values(machines).map((id) => `<${id}>`));
    expect(Object.keys(machines)).toEqual(Object.keys(example.targets));
  });

  test('is called every minute', () => {
    expect(rules.filter(({ ScheduleExpression, State }) => ScheduleExpression === 'rate(1 minute)' && State === 'ENABLED')).toHaveLength(1);
  });

  test('is what both rules call and may call, and what does not reach it is kept', () => {
    expect(rules).toHaveLength(2);
    for (const { Targets } of rules) {
      expect(Targets.map(({ Arn }: { Arn: unknown }) => flat(Arn))).toEqual([`<${sweep}>`]);
      expect(flat(Targets[0].DeadLetterConfig.Arn)).toBe(`<${queue}>`);
      expect(Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 2 });
    }
    const let_in = all('AWS::Lambda::Permission').filter(({ FunctionName }) => flat(FunctionName) === `<${sweep}>`);
    expect(let_in.map(({ Principal, SourceArn }) => [Principal, flat(SourceArn)]).sort()).toEqual(
      Object.keys(template.findResources('AWS::Events::Rule'))
        .map((id) => ['events.amazonaws.com', `<${id}>`])
        .sort(),
    );
  });

  test('is not tried again by Lambda: the next minute does that', () => {
    expect(all('AWS::Lambda::EventInvokeConfig')).toMatchObject([{ MaximumRetryAttempts: 0 }]);
  });

  test.each([
    ['fails', 'Errors', { ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' }],
    ['is not called', 'Invocations', { ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' }],
  ])('pages when it %s', (_, metric, how) => {
    expect(alarmsOn(metric)).toMatchObject([
      { ...how, Threshold: 1, Statistic: 'Sum', Period: 60, EvaluationPeriods: 5, AlarmActions: [{ Ref: topic }] },
    ]);
    expect(alarmsOn(metric)[0]?.Dimensions).toEqual([{ Name: 'FunctionName', Value: { Ref: sweep } }]);
  });
});

describe('what could not be delivered', () => {
  test('is kept for two weeks, encrypted, and pages', () => {
    expect(letters?.Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    expect(alarmsOn('ApproximateNumberOfMessagesVisible')).toMatchObject([
      { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, AlarmActions: [{ Ref: topic }] },
    ]);
  });

  test('comes from the two rules and the schedules alone', () => {
    const [{ PolicyDocument } = { PolicyDocument: { Statement: [] } }] = all('AWS::SQS::QueuePolicy');
    const sources = PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow').map(
      ({ Principal, Condition }: { Principal: unknown; Condition: { ArnEquals: { 'aws:SourceArn': unknown } } }) => [
        Principal,
        flat(Condition.ArnEquals['aws:SourceArn']),
      ],
    );
    expect(sources).toEqual(
      Object.keys(template.findResources('AWS::Events::Rule')).map((id) => [{ Service: 'events.amazonaws.com' }, `<${id}>`]),
    );
  });
});

describe('a schedule', () => {
  const schedules = all('AWS::Scheduler::Schedule');
  const given = example.targets.orders!.drills['msk-broker-reboot']!.schedule!;

  test('is as configured, in its time zone, and off', () => {
    expect(schedules).toMatchObject([
      {
        ScheduleExpression: given.expression,
        ScheduleExpressionTimezone: given.timeZone,
        State: 'DISABLED',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 } },
      },
    ]);
    expect(flat(schedules[0]?.Target.DeadLetterConfig.Arn)).toBe(`<${queue}>`);
  });

  test('is on when the configuration turns it on, and there is none where nothing is scheduled', () => {
    const withSchedule = (schedule: object | undefined) => {
      const { orders } = example.targets;
      const drills = { 'msk-broker-reboot': { ...orders!.drills['msk-broker-reboot'], schedule } };
      return synthesized({ config: { ...example, targets: { ...example.targets, orders: { ...orders, drills } } } as DrillConfig })
        .template;
    };
    expect(all('AWS::Scheduler::Schedule', withSchedule({ ...given, enabled: true }))).toMatchObject([{ State: 'ENABLED' }]);
    const none = withSchedule(undefined);
    none.resourceCountIs('AWS::Scheduler::Schedule', 0);
    none.resourceCountIs('AWS::Scheduler::ScheduleGroup', 0);
  });

  test('starts its own machine, and its role may do that and keep what failed', () => {
    expect(flat(schedules[0]?.Target.Arn)).toBe(`<${machines.orders}>`);
    const role = schedules[0]?.Target.RoleArn['Fn::GetAtt'][0];
    const granted = statements(template).filter((statement) => statement.role === role);
    expect(granted.map(({ actions, resources }) => [actions, resources.map(flat)])).toEqual([
      [['states:StartExecution'], [`<${machines.orders}>`]],
      [['sqs:SendMessage'], [`<${queue}>`]],
    ]);
  });

  test('delivered twice, its input claims its slot once', async () => {
    const text = flat(schedules[0]?.Target.Input);
    expect(JSON.parse(text)).toEqual({ drill: 'msk-broker-reboot', scheduled: '<aws.scheduler.scheduled-time>' });
    const input = { ...JSON.parse(text.replace('<aws.scheduler.scheduled-time>', '2026-11-24T09:00:00Z')), drill: 'virtual-failover' };
    const { tools } = virtualWorld();
    const started = (run: string) => claim(tools)({ run, execution: run, input });
    expect(await started('run-1')).toMatchObject({ status: 'claimed' });
    await tools.runs.release('run-1', 'free', 'done');
    expect(await started('run-2')).toMatchObject({ status: 'duplicate', why: expect.stringContaining('2026-11-24T09:00:00Z') });
  });
});

describe('the dashboard', () => {
  const [{ DashboardName, DashboardBody } = { DashboardName: '', DashboardBody: '' }] = all('AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(flat(DashboardBody)) as { widgets: { properties: { metrics?: unknown[][]; alarms?: string[] } }[] };
  const metrics = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((metric) => metric.filter((each) => typeof each === 'string'));

  test('shows what the probe of each target says, under its own dimensions', () => {
    expect(DashboardName).toBe('quorum-drills');
    for (const target of Object.keys(example.targets))
      for (const name of ['AckedPerSecond', 'Heartbeat'])
        expect(metrics).toContainEqual(['QuorumDrills', name, 'service', 'quorum-drills', 'store', target]);
  });

  test('shows what the stores say, and how executions end', () => {
    expect(metrics).toContainEqual(['AWS/Kafka', 'OfflinePartitionsCount', 'Cluster Name', 'orders']);
    expect(metrics).toContainEqual(['AWS/RDS', 'CommitThroughput', 'DBClusterIdentifier', 'billing']);
    for (const id of Object.values(machines))
      expect(metrics).toContainEqual(['AWS/States', 'ExecutionsAborted', 'StateMachineArn', `<${id}>`]);
  });

  test('shows every alarm of the suite', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown.sort()).toEqual(
      Object.keys(template.findResources('AWS::CloudWatch::Alarm'))
        .map((id) => `<${id}>`)
        .sort(),
    );
  });
});

test('cdk-nag finds nothing, with a schedule on and off', () => expect(findings).toEqual([]));
