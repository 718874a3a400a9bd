import validate from 'asl-validator';
import { type CfnElement, Stack } from 'aws-cdk-lib';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import example from '../../drill.config.example.ts';
import { DrillWorkflow } from '../../infra/drill-workflow.ts';
import { targetTasks } from '../../infra/task-needs.ts';
import { bind, namesOf } from '../../workflow/bind.ts';
import { drillDefinition, startExperiment } from '../../workflow/definition.ts';
import { statesOf } from '../../workflow/file-graph.ts';
import { flat, named, statements, synthesized } from './synthesized.ts';

const { stack, template, findings } = synthesized();
const { suite } = stack;
const functions = template.findResources('AWS::Lambda::Function');
const tasks = namesOf(drillDefinition);
const targets = Object.keys(suite.targets);
const all = statements(template);

const idOf = (construct: IConstruct): string => stack.getLogicalId(construct.node.defaultChild as CfnElement);
const functionOf = (target: string, task: string): string =>
  idOf((suite.targets[target]?.handlers[task] ?? suite.handlers[task])!.function);
const roleOf = (id: string): string => functions[id]?.Properties.Role['Fn::GetAtt'][0];

/** The state machine of each target, as it lies in the template. */
const machines = targets.map((target) => {
  const { machine } = suite.targets[target]!.workflow;
  const { Properties } = template.findResources('AWS::StepFunctions::StateMachine')[idOf(machine)]!;
  return { target, Properties, role: Properties.RoleArn['Fn::GetAtt'][0] as string, definition: flat(Properties.DefinitionString) };
});

/** Every function of ours: those of the suite once, and each target's own. */
const handlers = [
  ...Object.entries(suite.handlers).map(([task, handler]) => ({ name: task, task, id: idOf(handler.function) })),
  ...targets.flatMap((target) => targetTasks.map((task) => ({ name: `${task} of ${target}`, task, id: functionOf(target, task) }))),
];

describe('the definition', () => {
  test.each(machines)('of $target differs from the file only in its resources', ({ target, definition }) => {
    const table = Object.fromEntries(tasks.map((task) => [task, `<${functionOf(target, task)}>`]));
    expect(JSON.parse(definition)).toEqual(bind(drillDefinition, table));
    expect(definition).not.toContain('${');
    expect(JSON.stringify(drillDefinition)).toContain('${');
  });

  test.each(machines)('of $target is sound to asl-validator, on a clone because it changes what it reads', ({ definition }) => {
    const arns = definition.replaceAll(/<(\w+)>/g, 'arn:aws:lambda:eu-west-1:210987654321:function:$1');
    const result = validate(JSON.parse(arns));
    expect(result.errorsText('\n')).toBe('');
    expect(result.isValid).toBe(true);
  });

  test('a machine that lacks a function is refused, and so is a resource that nobody grants', () => {
    const workflow = (file: unknown, given: string[]) => () => {
      const stack = new Stack();
      const each = Object.fromEntries(
        given.map((task) => [task, LambdaFunction.fromFunctionArn(stack, task, `arn:aws:lambda:eu-west-1:2:function:${task}`)]),
      );
      return new DrillWorkflow(stack, 'W', { name: 'w', definition: file, functions: each, templates: [] });
    };
    expect(workflow(drillDefinition, tasks)).not.toThrow();
    expect(workflow(drillDefinition, tasks.slice(1))).toThrow(tasks[0]);
    const other = JSON.parse(JSON.stringify(drillDefinition).replaceAll(startExperiment, 'arn:aws:states:::aws-sdk:rds:failoverDBCluster'));
    expect(workflow(other, tasks)).toThrow('rds:failoverDBCluster');
  });
});

describe('the grants', () => {
  const allowing = (action: string) => all.filter((statement) => statement.effect === 'Allow' && statement.actions.includes(action));
  const of = (role: string) => all.filter((statement) => statement.role === role && statement.effect === 'Allow');

  test.each(machines)('the machine of $target may invoke its own functions and those of the suite', ({ target, role }) => {
    const invoking = allowing('lambda:InvokeFunction').filter((statement) => statement.role === role);
    expect(named(invoking.flatMap(({ resources }) => resources)).sort()).toEqual(tasks.map((task) => functionOf(target, task)).sort());
  });

  test.each(machines)(
    'the machine of $target may start experiments of its own templates and no others, and tag what it starts',
    ({ target, role }) => {
      const arn = (rest: string) => `arn:<AWS::Partition>:fis:<AWS::Region>:<AWS::AccountId>:${rest}`;
      const resources = (action: string) =>
        allowing(action)
          .filter((statement) => statement.role === role)
          .map((statement) => statement.resources.map(flat));
      const own = Object.values(suite.parts[target]!.templates).map(
        (id) => `experiment-template/<${(stack.resolve(id) as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]}>`,
      );
      expect(own.length).toBeGreaterThan(0);
      expect(resources('fis:StartExperiment')).toEqual([[...own, 'experiment/*'].map(arn)]);
      expect(resources('fis:TagResource')).toEqual([[arn('experiment/*')]]);
      const linked = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-service-role/fis.amazonaws.com/AWSServiceRoleForFIS';
      expect(resources('iam:CreateServiceLinkedRole')).toEqual([[linked]]);
    },
  );

  test('nobody but the machines starts an experiment', () => {
    expect(
      allowing('fis:StartExperiment')
        .map(({ role }) => role)
        .sort(),
    ).toEqual(machines.map(({ role }) => role).sort());
  });

  test('every function has a role of its own, and only its own log to write', () => {
    expect(new Set(handlers.map(({ id }) => roleOf(id))).size).toBe(tasks.length + 1 + targetTasks.length * (targets.length - 1));
    for (const { id, name } of handlers) {
      const log = of(roleOf(id)).filter(({ actions }) => actions.includes('logs:PutLogEvents'));
      expect(named(log.flatMap(({ resources }) => resources)), name).toEqual([functions[id]?.Properties.LoggingConfig.LogGroup.Ref]);
    }
  });

  test('what a store needs of a task lands with its own functions, and with those of the suite', () => {
    for (const [target, { permissions }] of Object.entries(suite.parts)) {
      for (const [task, needed] of Object.entries(permissions)) {
        const granted = of(roleOf(functionOf(target, task))).flatMap(({ actions }) => actions);
        expect(granted, `${task} of ${target}`).toEqual(expect.arrayContaining(needed.flatMap(({ actions }) => actions)));
      }
    }
  });

  test('of the targets only one sees the rights on its store', () => {
    const secret = (target: string) =>
      of(roleOf(functionOf(target, 'Witness')))
        .flatMap(({ actions }) => actions)
        .filter((action) => action.startsWith('kafka'));
    expect(secret('orders').length).toBeGreaterThan(0);
    expect(targets.filter((target) => target !== 'orders').flatMap(secret)).toEqual([]);
  });

  test('the sweeper may do whatever the handlers do that it runs', () => {
    const sweeping = new Set(of(roleOf(idOf(suite.handlers.Sweep!.function))).flatMap(({ actions }) => actions));
    for (const task of ['Heal', 'Collect', 'Grade', 'Release'])
      for (const { actions } of of(roleOf(functionOf('orders', task))))
        for (const action of actions) expect([...sweeping], task).toContain(action);
  });

  test('the executions that may be looked at are those of the machines', () => {
    const names = machines.map(({ Properties }) => Properties.StateMachineName as string);
    expect(names).toEqual(targets.map((target) => `quorum-drills-${target}`));
    const arns = names.map((name) => `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}:*`);
    const looking = allowing('states:DescribeExecution');
    expect(looking.map(({ role }) => role).sort()).toEqual(
      ['Claim', 'Sweep'].map((task) => roleOf(idOf(suite.handlers[task]!.function))).sort(),
    );
    for (const { resources } of looking) expect(resources.map(flat).sort()).toEqual(arns.toSorted());
  });

  test('no action is a pattern', () => {
    expect(all.flatMap((statement) => statement.actions).filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe("a target's own functions", () => {
  const inside = targets.flatMap((target) => targetTasks.map((task) => ({ name: `${task} of ${target}`, id: functionOf(target, task) })));

  test.each(inside)('$name runs in the network of the probe', ({ id }) => {
    const { subnetIds, securityGroupId } = example.network;
    expect(functions[id]?.Properties.VpcConfig).toEqual({ SubnetIds: subnetIds, SecurityGroupIds: [securityGroupId] });
  });

  test.each(inside)('the code of $name may not touch network interfaces, which Lambda must be allowed', ({ id }) => {
    const own = all.filter(({ role, actions }) => role === roleOf(id) && actions.includes('ec2:CreateNetworkInterface'));
    expect(own.map(({ effect, condition }) => [effect, condition])).toEqual([
      ['Allow', undefined],
      ['Deny', { Null: { 'lambda:SourceFunctionArn': 'false' } }],
    ]);
    // What has the same resources may be one statement with these.
    expect(own[0]?.actions).toEqual(expect.arrayContaining(own[1]?.actions ?? []));
    expect(own[1]?.actions).toHaveLength(6);
  });

  test('the others run outside of any network', () => {
    const outside = Object.values(suite.handlers).map((handler) => functions[idOf(handler.function)]?.Properties.VpcConfig);
    expect(outside).toEqual(outside.map(() => undefined));
  });
});

describe('the machines and their functions', () => {
  test('logs everything and is traced', () => {
    for (const { Properties } of machines)
      expect(Properties).toMatchObject({
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
        TracingConfiguration: { Enabled: true },
      });
  });

  test.each(handlers)('$name runs on Node 24 and arm64, and is told of the suite', ({ id }) => {
    expect(functions[id]?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Environment: { Variables: { DRILL_SUITE: expect.anything() } },
    });
  });

  const calling = statesOf(drillDefinition).flatMap(({ name, state }) =>
    state.Type === 'Task' && state.Resource !== startExperiment ? [{ name, ...state }] : [],
  );

  test.each(calling)('the function of $name has ended before its state gives up on it, even when it took 10 s to start', (state) => {
    for (const target of targets) {
      const timeout_s = functions[functionOf(target, state.Resource.slice(2, -1))]?.Properties.Timeout;
      expect(timeout_s).toBeGreaterThan(30);
      expect(timeout_s + 10).toBeLessThan(state.TimeoutSeconds);
    }
  });
});

describe('the rules', () => {
  test('cdk-nag finds nothing', () => expect(findings).toEqual([]));

  test('a wildcard without a reason is found', () => {
    const spoiled = () =>
      synthesized({
        change: (spoiling) =>
          spoiling.suite.handlers.Grade!.function.addToRolePolicy(new PolicyStatement({ actions: ['rds:*'], resources: ['*'] })),
      });
    expect(spoiled).toThrow('AwsSolutions-IAM5[Action::rds:*]');
  });

  test("CDK's own rules fail a template that CloudFormation would refuse", () => {
    const spoiled = () =>
      synthesized({
        change: (spoiling) => {
          new CfnExperimentTemplate(spoiling, 'Bad', {
            description: 'the log configuration is in the wrong case',
            roleArn: 'arn:aws:iam::210987654321:role/x',
            stopConditions: [{ source: 'none' }],
            targets: {},
            tags: { Name: 'x' },
            logConfiguration: {
              logSchemaVersion: 2,
              cloudWatchLogsConfiguration: { logGroupArn: 'arn:aws:logs:eu-west-1:210987654321:log-group:x:*' },
            },
          });
        },
      });
    expect(spoiled).toThrow("'LogGroupArn' is a required property");
  });
});
