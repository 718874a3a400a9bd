import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CfnElement } from 'aws-cdk-lib';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { auroraQueries } from '../../lambdas/aws/aurora/queries.ts';
import { mskQueries } from '../../lambdas/aws/msk/queries.ts';
import { costOf, type Deployed, tenMinutes } from '../../lambdas/cost.ts';
import { synthesized } from '../infra/synthesized.ts';
import { configuration } from './a-configuration.ts';
import { answerPathFault, asModelled, faultsOf } from './model-check.ts';
import { Resolved } from './resolved.ts';
import { ServiceModels } from './service-model.ts';

const python = inject('python');
const models = python === null ? null : new ServiceModels(python);
const { stack, template } = synthesized({ config: configuration });
const { suite } = stack;
const resolved = new Resolved(template);

interface Step {
  name: string;
  action: string;
  inputs: { [name: string]: unknown };
  outputs?: { Selector: string }[];
}

/** References become text, as they are once the stack is deployed. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'))) return resolved.text(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, written(each)]));
}

/** What AWS's model says against a step of an Automation; other actions than calls have nothing to be checked. */
function stepFaults({ action, inputs, outputs = [] }: Step): string[] {
  // A step that runs a command takes what SendCommand takes.
  const { Service, Api, ...input } = action === 'aws:runCommand' ? { Service: 'ssm', Api: 'SendCommand', ...inputs } : inputs;
  if (!['aws:executeAwsApi', 'aws:runCommand'].includes(action)) return [];
  const model = models?.ofFolder(String(Service)) ?? null;
  if (model === null) return [`${Service}: AWS has no such service`];
  const operation = String(Api);
  const call = action === 'aws:runCommand' ? withNumbers(input) : input;
  return [
    ...faultsOf(model, { operation, input: call, casing: asModelled }),
    ...outputs.flatMap(({ Selector }) => answerPathFault(model, operation, Selector, asModelled) ?? []),
  ];
}

const withNumbers = (input: { [name: string]: unknown }) => ({ ...input, TimeoutSeconds: Number(input.TimeoutSeconds) });

const automations = resolved.of('AWS::SSM::Document').flatMap(([id, { DocumentType, Content }]) => {
  const { mainSteps } = written(Content) as { mainSteps: Step[] };
  return DocumentType === 'Automation' ? mainSteps.map((step) => ({ id, ...step, step })) : [];
});

describe.skipIf(models === null)("calls of Systems Manager's documents", () => {
  test('there are some of each kind', () => {
    expect(automations.map(({ step }) => step.inputs.Api)).toEqual(expect.arrayContaining(['UpdateItem', 'PutItem', 'RebootBroker']));
    expect(automations.map(({ action }) => action)).toContain('aws:runCommand');
  });

  test.each(automations)('$name of $id is a call that AWS knows', ({ step }) => expect(stepFaults(step)).toEqual([]));

  const reboot: Step = {
    name: 'Reboot',
    action: 'aws:executeAwsApi',
    inputs: { Service: 'kafka', Api: 'RebootBroker', ClusterArn: 'a', BrokerIds: ['1'] },
    outputs: [{ Selector: '$.ClusterOperationArn' }],
  };

  test.each<[why: string, step: Step, fault: string]>([
    ['a service', { ...reboot, inputs: { ...reboot.inputs, Service: 'msk' } }, 'msk: AWS has no such service'],
    ['an operation', { ...reboot, inputs: { ...reboot.inputs, Api: 'RebootBrokers' } }, 'RebootBrokers: Kafka has no such operation'],
    ['a parameter', { ...reboot, inputs: { ...reboot.inputs, BrokerId: '1' } }, 'BrokerId: no such member'],
    ['a selector', { ...reboot, outputs: [{ Selector: '$.OperationArn' }] }, 'its answer has no OperationArn'],
    ['a command', { name: 'c', action: 'aws:runCommand', inputs: { Document: 'd' } }, 'DocumentName: is required'],
  ])('%s that is wrong is found', (_, step, fault) => expect(stepFaults(step).join('; ')).toContain(fault));

  test('and what is right is not', () => expect(stepFaults(reboot)).toEqual([]));
});

/** As its own script does; that names the folder where it was installed first. */
const cfnLint = 'import sys; from cfnlint.runner import main; sys.exit(main())';

/** CDK names a role among what a resource waits for beside the role's policy; the reference to it says so already. */
const ignored = ['--ignore-checks', 'W3005'];

describe.skipIf(python === null)('cfn-lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorum-drills-lint-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What it says of a template; empty when it is clean. */
  function lint(name: string, content: object): string {
    const file = join(folder, `${name}.template.json`);
    writeFileSync(file, JSON.stringify(content));
    try {
      return execFileSync(
        python ?? '',
        ['-c', cfnLint, '--regions', 'eu-west-1', ...ignored, '--format', 'parseable', '--template', file],
        {
          encoding: 'utf8',
          cwd: folder,
        },
      );
    } catch (error) {
      return (error as { stdout?: string }).stdout || String(error);
    }
  }

  test('finds nothing in the template', { timeout: 300_000 }, () => expect(lint('suite', template.toJSON())).toBe(''));

  test('finds what is wrong', { timeout: 120_000 }, () => {
    const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicNames: 'one too many' } };
    expect(lint('wrong', { Resources: { Topic } })).toMatch(/E3002.*TopicNames/);
  });
});

describe('what ten minutes of a drill cost', () => {
  const memoryOf = (construct: { node: { defaultChild?: unknown } }) =>
    Number(resolved.resources[stack.getLogicalId(construct.node.defaultChild as CfnElement)]?.Properties.MemorySize);
  const metrics_read = Math.max(auroraQueries('c').length, mskQueries('c', { express: false, kraft: false }).length);
  const drills = Object.entries(suite.targets).flatMap(([target, { handlers }]) => {
    const memory_mb = Object.fromEntries(
      Object.entries({ ...suite.handlers, ...handlers }).map(([task, handler]) => [task, memoryOf(handler.function)]),
    );
    const deployed: Deployed = { memory_mb, metrics_read };
    return (suite.drills[target] ?? []).map((drill) => ({ name: drill.name, drill, deployed }));
  });

  afterAll(() => {
    for (const { name, drill, deployed } of drills) {
      const { lines, orchestrator_usd, usd, transitions } = costOf(drill, deployed, tenMinutes(1));
      console.log(
        `${name}: ${transitions.fixed} transitions and ${transitions.polling} of polling; orchestrator $${orchestrator_usd.toFixed(4)}`,
      );
      console.table(
        [...lines, { what: 'all, with one action-minute', count: 1, usd }].map((line) => ({ ...line, usd: line.usd.toFixed(5) })),
      );
    }
  });

  test('there is a drill of every target', () => expect(drills.length).toBeGreaterThanOrEqual(Object.keys(suite.targets).length));

  test.each(drills)('$name: at most 60 transitions outside of polling', ({ drill, deployed }) => {
    const { fixed } = costOf(drill, deployed, tenMinutes(0)).transitions;
    expect(fixed).toBeGreaterThan(20);
    expect(fixed).toBeLessThanOrEqual(60);
  });

  test.each(drills)('$name: at most 2 cents without FIS, and 13 with one action-minute', ({ drill, deployed }) => {
    const { orchestrator_usd, usd } = costOf(drill, deployed, tenMinutes(1));
    expect(orchestrator_usd).toBeGreaterThan(0.005);
    expect(orchestrator_usd).toBeLessThanOrEqual(0.02);
    expect(usd).toBeLessThanOrEqual(0.13);
  });

  test('a witness of twice the memory breaks the limit', () => {
    const [{ drill, deployed }] = drills as [(typeof drills)[number]];
    const Witness = 2 * deployed.memory_mb.Witness!;
    const doubled = costOf(drill, { ...deployed, memory_mb: { ...deployed.memory_mb, Witness } }, tenMinutes(0));
    expect(doubled.orchestrator_usd).toBeGreaterThan(0.02);
  });
});
