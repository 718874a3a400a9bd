import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { statesOf } from '../../workflow/file-graph.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { placed, settings } from '../lambdas/aws/a-suite.ts';
import { asAction, asJava } from './java-names.ts';
import { answerPathFault, asModelled, faultsOf, unknown } from './model-check.ts';
import { operationsMade } from './recorder.ts';
import { ServiceModels } from './service-model.ts';
import { toolCalls } from './tool-calls.ts';
import { commandsIn, sources, type WrittenCommand } from './written-commands.ts';

const python = inject('python');
const models = python === null ? null : new ServiceModels(python);
const withModels = describe.skipIf(models === null);

const workflow = new URL('../../workflow/', import.meta.url);
const files = readdirSync(workflow).filter((name) => name.endsWith('.asl.json'));
const prefix = 'arn:aws:states:::aws-sdk:';

interface SdkTask {
  name: string;
  Resource: string;
  Parameters?: unknown;
  ResultSelector?: { [name: string]: unknown };
}

/** Every task of every workflow file that is a call of AWS itself. */
function sdkTasks(file: StateMachine): SdkTask[] {
  return statesOf(file).flatMap(({ name, state }) =>
    state.Type === 'Task' && state.Resource.startsWith(prefix) ? [{ name, ...(state as Omit<SdkTask, 'name'>) }] : [],
  );
}

/** Parameters with what a path fills in later under the name that it will have. */
function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => (name.endsWith('.$') ? [name.slice(0, -2), unknown] : [name, filled(each)])),
  );
}

/** What AWS's model says against one task. */
function taskFaults({ Resource, Parameters, ResultSelector = {} }: SdkTask): string[] {
  const [service = '', action = ''] = Resource.slice(prefix.length).split(':');
  const model = models?.ofSdk(service) ?? null;
  if (model === null) return [`${service}: AWS has no such service`];
  const operation = Object.keys(model.operations).find((each) => asAction(each) === action);
  if (operation === undefined) return [`${action}: ${service} has no such operation`];
  const paths = Object.values(ResultSelector).filter((path): path is string => typeof path === 'string' && path.startsWith('$.'));
  return [
    ...faultsOf(model, { operation, input: filled(Parameters ?? {}), casing: asJava }),
    ...paths.flatMap((path) => answerPathFault(model, operation, path, asJava) ?? []),
  ];
}

test.each([
  ['ClientToken', 'ClientToken'],
  ['DBClusterIdentifier', 'DbClusterIdentifier'],
  ['DBClusters', 'DbClusters'],
  ['clientToken', 'ClientToken'],
  ['SSEKMSKeyId', 'SsekmsKeyId'],
  ['VpcSecurityGroupIds', 'VpcSecurityGroupIds'],
  ['MD5OfBody', 'Md5OfBody'],
])('%s is %s to Step Functions', (member, written) => expect(asJava(member)).toBe(written));

withModels('tasks of the workflow files', () => {
  const tasks = files.flatMap((file) => sdkTasks(JSON.parse(readFileSync(new URL(file, workflow), 'utf8'))));

  test('there are some', () => expect(tasks.map(({ Resource }) => Resource)).toContain(`${prefix}fis:startExperiment`));

  test.each(tasks)('$name is a call that AWS knows', (task) => expect(taskFaults(task)).toEqual([]));

  const start = { name: 'Start', Resource: `${prefix}fis:startExperiment`, Parameters: { ClientToken: 't', ExperimentTemplateId: 'e' } };
  const failover = { name: 'F', Resource: `${prefix}rds:failoverDBCluster`, Parameters: { DbClusterIdentifier: 'c' } };

  test.each<[why: string, task: SdkTask, fault: string]>([
    ['a service', { ...start, Resource: `${prefix}fiss:startExperiment` }, 'fiss: AWS has no such service'],
    [
      'a service by its other name',
      { ...start, Resource: `${prefix}stepfunctions:startExecution` },
      'stepfunctions: AWS has no such service',
    ],
    ['an operation', { ...start, Resource: `${prefix}fis:beginExperiment` }, 'beginExperiment: fis has no such operation'],
    [
      "an operation in the API's case",
      { ...start, Resource: `${prefix}fis:StartExperiment` },
      'StartExperiment: fis has no such operation',
    ],
    [
      "a parameter in the API's case",
      { ...start, Parameters: { clientToken: 't', ExperimentTemplateId: 'e' } },
      'clientToken: no such member',
    ],
    ['a parameter left out', { ...start, Parameters: { 'ClientToken.$': '$.t' } }, 'ExperimentTemplateId: is required'],
    [
      'a value',
      { ...start, Parameters: { ...start.Parameters, ExperimentOptions: { ActionsMode: 'skip' } } },
      'wanted one of skip-all, run-all',
    ],
    ['RDS in the case of JavaScript', { ...failover, Parameters: { DBClusterIdentifier: 'c' } }, 'DBClusterIdentifier: no such member'],
    ['what it takes of the answer', { ...start, ResultSelector: { 'id.$': '$.Experiment.ID' } }, 'its answer has no ID'],
  ])('%s that is wrong is found', (_, task, fault) => expect(taskFaults(task).join('; ')).toContain(fault));

  test('and what is right is not', () => expect([...taskFaults(start), ...taskFaults(failover)]).toEqual([]));
});

withModels('commands of the adapters', async () => {
  // Every way to log in: by token, and by what a secret holds.
  const secret = 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:drill-AbCdEf';
  const other = settings.targets.map((target) => {
    if (target.store === 'aurora') return { ...target, auth: secret };
    return target.store === 'etcd' ? { ...target, tls_secret: secret, snapshots: 'snapshots' } : target;
  });
  const templates = Object.fromEntries(placed.map(({ name }) => [name, 'EXT']));
  const found = [
    ...(await toolCalls({ ...settings, templates }, placed)),
    ...(await toolCalls({ ...settings, templates, targets: other }, placed)),
  ];
  const calls = found.flatMap(({ method, drill, calls }) => calls.map((call) => ({ method, drill, ...call })));

  test.each([...Map.groupBy(calls, ({ service, operation }) => `${service} ${operation}`)])('%s is a call that AWS knows', (_, same) => {
    const faults = same.flatMap(({ service, operation, input }) => {
      const model = models?.ofSdk(service);
      return model ? faultsOf(model, { operation, input, casing: asModelled }) : [`${service}: AWS has no such service`];
    });
    expect(faults).toEqual([]);
  });

  test('every command that a function can make was sent', () => {
    const sent = new Set(calls.map(({ operation }) => operation));
    expect(operationsMade.filter((name) => !sent.has(name))).toEqual([]);
    expect(operationsMade.length).toBeGreaterThan(20);
  });

  const table = { TableName: 't', Key: { pk: { S: 'a' } } };
  test.each<[why: string, service: string, operation: string, input: object, fault: string]>([
    ['a member', 'DynamoDB', 'GetItem', { ...table, ConsistantRead: true }, 'GetItem.ConsistantRead: no such member'],
    ['a member deep inside', 'DynamoDB', 'GetItem', { ...table, Key: { pk: { s: 'a' } } }, "GetItem.Key['pk'].s: no such member"],
    ['a required member', 'DynamoDB', 'GetItem', { Key: {} }, 'GetItem.TableName: is required'],
    ['a type', 'DynamoDB', 'GetItem', { ...table, ConsistentRead: 'yes' }, 'wanted boolean'],
    ['a word', 'CloudWatch', 'DescribeAlarms', { AlarmTypes: ['Metric'] }, 'wanted one of'],
    ['a list', 'Kafka', 'RebootBroker', { ClusterArn: 'a', BrokerIds: '1' }, 'wanted a list'],
    ['an operation', 'fis', 'GetExperiments', {}, 'no such operation'],
    ['a time', 'RDS', 'DescribeEvents', { StartTime: 5 }, 'wanted timestamp'],
  ])('%s that is wrong is found', (_, service, operation, input, fault) => {
    expect(faultsOf(models!.ofSdk(service)!, { operation, input, casing: asModelled }).join('; ')).toContain(fault);
  });
});

/** What AWS's model says against a command as it is written: names alone, because its values are known only when it runs. */
function writtenFaults({ service, operation, members, spread }: WrittenCommand): string[] {
  const model = models?.ofSdk(service) ?? null;
  if (model === null) return [`${service}: AWS has no such service`];
  const shape = model.shapes[model.operations[operation]?.input?.shape ?? ''];
  if (shape === undefined) return [`${operation}: ${service} has no such operation`];
  const strange = (members ?? [])
    .filter((name) => shape.members?.[name] === undefined)
    .map((name) => `${operation}.${name}: no such member`);
  const missing = spread
    ? []
    : (shape.required ?? []).filter((name) => !members?.includes(name)).map((name) => `${operation}.${name}: is required`);
  return [...strange, ...missing];
}

withModels('commands as they are written, those of the command line too', () => {
  const written = sources.flatMap(commandsIn);

  test.each(written)('$operation in $path', (command) => expect(writtenFaults(command)).toEqual([]));

  const source = (text: string) =>
    commandsIn({ path: 'a.ts', text: `import { StopExperimentCommand } from '@aws-sdk/client-fis';\n${text}` });

  test.each([
    ['new StopExperimentCommand({ id })', []],
    ['new StopExperimentCommand({ id: f({ a: 1 }, [b])})', []],
    ['new StopExperimentCommand({ ...(more && { id }) })', []],
    ['new StopExperimentCommand({ Id: 1 })', ['StopExperiment.Id: no such member', 'StopExperiment.id: is required']],
    ["new StopExperimentCommand({ id: '}', reason: '{' })", ['StopExperiment.reason: no such member']],
  ])('%s', (text, faults) => expect(source(text).flatMap(writtenFaults)).toEqual(faults));

  test('a command that no client has is found', () =>
    expect(() => source('new StartDrillCommand({})')).toThrow('StartDrillCommand from nowhere'));
});
