import validate from 'asl-validator';
import { Stack } from 'aws-cdk-lib';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { drills } from '../../drills/index.ts';
import { DrillWorkflow } from '../../infra/drill-workflow.ts';
import { taskTimeouts } from '../../infra/task-timeouts.ts';
import { late_points_ms } from '../../lambdas/deadlines.ts';
import { bind, namesOf } from '../../workflow/bind.ts';
import { drillDefinition, startExperiment } from '../../workflow/definition.ts';
import { statesOf } from '../../workflow/file-graph.ts';
import { call_events, limits } from '../../workflow/history.ts';
import { flat, named, statements, synthesized } from './synthesized.ts';

const { template, findings } = synthesized();
const [machineId, machine] = Object.entries(template.findResources('AWS::StepFunctions::StateMachine'))[0]!;
const machineRole = machine.Properties.RoleArn['Fn::GetAtt'][0] as string;
const functions = template.findResources('AWS::Lambda::Function');
const tasks = namesOf(drillDefinition);
const definition = flat(machine.Properties.DefinitionString);

/** Logical id of a task's function: CDK puts the path in front. */
const functionOf = (task: string) => Object.keys(functions).find((id) => id.startsWith(`${task}Function`)) ?? '';

describe('the definition', () => {
  test('differs from the file only in its resources', () => {
    const table = Object.fromEntries(tasks.map((task) => [task, `<${functionOf(task)}>`]));
    expect(JSON.parse(definition)).toEqual(bind(drillDefinition, table));
  });

  test('leaves nothing unbound', () => {
    expect(definition).not.toContain('${');
    expect(JSON.stringify(drillDefinition)).toContain('${');
  });

  test('is sound to asl-validator, on a clone because it changes what it reads', () => {
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
  const all = statements(template);
  const allowing = (action: string) => all.filter((statement) => statement.actions.includes(action));

  test('the machine, and nobody else, may invoke every function', () => {
    const invoking = allowing('lambda:InvokeFunction');
    expect(invoking.map((statement) => statement.role)).toEqual([machineRole]);
    expect(named(invoking[0]!.resources).sort()).toEqual(Object.keys(functions).sort());
    expect(Object.keys(functions).sort()).toEqual(tasks.map(functionOf).sort());
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test('starting an experiment is allowed on the template and on the experiment it makes, tagging on the experiment', () => {
    const arn = (rest: string) => `arn:<AWS::Partition>:fis:<AWS::Region>:<AWS::AccountId>:${rest}`;
    expect(allowing('fis:StartExperiment').map(({ role, resources }) => [role, resources.map(flat)])).toEqual([
      [machineRole, [arn('experiment-template/<AuroraFailoverTemplate>'), arn('experiment/*')]],
    ]);
    expect(allowing('fis:TagResource').map(({ role, resources }) => [role, resources.map(flat)])).toEqual([
      [machineRole, [arn('experiment/*')]],
    ]);
  });

  test('every function has a role of its own, and only its own log to write', () => {
    const roles = Object.values(functions).map((each) => each.Properties.Role['Fn::GetAtt'][0] as string);
    expect(new Set(roles).size).toBe(tasks.length);
    for (const [id, each] of Object.entries(functions)) {
      const log = all.filter(
        (statement) => statement.role === each.Properties.Role['Fn::GetAtt'][0] && statement.actions.includes('logs:PutLogEvents'),
      );
      expect(named(log.flatMap((statement) => statement.resources)), id).toEqual([each.Properties.LoggingConfig.LogGroup.Ref]);
    }
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('ManagedPolicyArns');
  });

  test.each([
    ['Claim', ['fis:GetExperiment', 'fis:ListExperimentResolvedTargets', 'fis:ListExperiments', 'states:DescribeExecution']],
    ['Preflight', ['cloudwatch:DescribeAlarms']],
    ['Witness', []],
    ['Readmit', ['cloudwatch:DescribeAlarms']],
    ['Watch', ['cloudwatch:DescribeAlarms', 'fis:GetExperiment', 'fis:ListExperimentResolvedTargets', 'fis:ListExperiments']],
    ['Halt', []],
    ['Heal', ['fis:GetExperiment', 'fis:ListExperimentResolvedTargets', 'fis:ListExperiments', 'fis:StopExperiment']],
    ['Readback', []],
    ['Collect', ['cloudwatch:GetMetricData', 'fis:GetExperiment', 'fis:ListExperimentResolvedTargets', 'fis:ListExperiments']],
    ['Grade', []],
    ['Release', []],
  ])('%s may do what its handler calls: %j', (task, actions) => {
    const role = functions[functionOf(task)]!.Properties.Role['Fn::GetAtt'][0];
    const granted = all.filter((statement) => statement.role === role).flatMap((statement) => statement.actions);
    expect(granted.filter((action) => !action.startsWith('logs:')).sort()).toEqual(actions);
  });

  test('guards may be composite alarms, which CloudWatch returns only to a right on all of them', () => {
    const reading = allowing('cloudwatch:DescribeAlarms');
    expect(reading.map(({ resources }) => resources)).toEqual([['*'], ['*'], ['*']]);
  });

  test('only actions that know no resource are allowed on all of them, and no action is a pattern', () => {
    const everywhere = all.filter((statement) => statement.resources.includes('*')).flatMap((statement) => statement.actions);
    const unavoidable =
      /^(fis:ListExperiments|cloudwatch:(DescribeAlarms|GetMetricData)|xray:(Put|Get)\w+|logs:\w*(LogDeliver(y|ies)|ResourcePolic(y|ies)|LogGroups))$/;
    expect(everywhere.filter((action) => !unavoidable.test(action))).toEqual([]);
    expect(all.flatMap((statement) => statement.actions).filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('the machine and its functions', () => {
  test('logs everything and is traced', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
    expect(machineId).toBeTruthy();
  });

  test.each(tasks)('%s runs on Node 24 and arm64', (task) => {
    expect(functions[functionOf(task)]?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  const calling = statesOf(drillDefinition).flatMap(({ name, state }) =>
    state.Type === 'Task' && state.Resource !== startExperiment ? [{ name, ...state }] : [],
  );

  test.each(calling)('the function of $name has ended before its state gives up on it, even when it took 10 s to start', (state) => {
    const timeout_s = functions[functionOf(state.Resource.slice(2, -1))]?.Properties.Timeout;
    expect(timeout_s).toBeGreaterThan(30);
    expect(timeout_s + 10).toBeLessThan(state.TimeoutSeconds);
  });

  test('no function is allowed more than Lambda can give, whatever the file says, nor more than the shortest of its states', () => {
    const changed = (name: string, TimeoutSeconds: number) => {
      const file = structuredClone(drillDefinition);
      for (const { name: other, state } of statesOf(file)) if (other === name) Object.assign(state, { TimeoutSeconds });
      return taskTimeouts(file);
    };
    expect(changed('Readback', 3600).get('Readback')).toBe(900);
    expect(changed('WitnessOdd', 100).get('Witness')).toBe(85);
  });

  test.each(drills)('$name: a witness has a minute to drain and to store its segment before its function is ended', ({ window }) => {
    expect(window.segment_s + 60).toBeLessThanOrEqual(taskTimeouts(drillDefinition).get('Witness') ?? 0);
  });

  test.each(drills)('$name: its polls fit the history of an execution, even when each takes as long as it may', ({ window }) => {
    const polls = (window.deadline_s + window.heal_deadline_s + late_points_ms / 1000) / window.poll_s;
    const events_a_poll = 2 + call_events + 2 + 2;
    expect(polls * events_a_poll).toBeLessThan(limits.history_events / 2);
  });
});

describe('the rules', () => {
  test('cdk-nag finds nothing', () => expect(findings).toEqual([]));

  test('a wildcard without a reason is found', () => {
    const spoiled = () =>
      synthesized((stack) => stack.handlers.Grade!.function.addToRolePolicy(new PolicyStatement({ actions: ['rds:*'], resources: ['*'] })));
    expect(spoiled).toThrow('AwsSolutions-IAM5[Action::rds:*]');
  });

  test("CDK's own rules fail a template that CloudFormation would refuse", () => {
    const spoiled = () =>
      synthesized((stack) => {
        new CfnExperimentTemplate(stack, 'Bad', {
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
      });
    expect(spoiled).toThrow("'LogGroupArn' is a required property");
  });

  test('the description says what does not work yet', () => {
    expect(template.toJSON().Description).toContain('no AWS side yet');
    expect(template.toJSON().Description).toContain('ends as DrillUnhealed');
  });
});
