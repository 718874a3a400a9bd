import { describe, expect, test } from 'vitest';
import { drills } from '../../../drills/index.ts';
import { sourceOf } from '../../../lambdas/aws/settings.ts';
import { awsTools } from '../../../lambdas/aws/tools.ts';
import { handlers } from '../../../lambdas/handlers.ts';
import type { Tools } from '../../../lambdas/tools.ts';
import { bindByName } from '../../../workflow/bind.ts';
import { drillDefinition, startExperiment } from '../../../workflow/definition.ts';
import { execute } from '../../../workflow/interpreter.ts';
import { virtualClock } from '../../virtual/clock.ts';

const tools = awsTools({ AWS_REGION: 'eu-west-1', DRILL_TEMPLATES: '{"aurora-failover":"EXT1"}' });
const failover = drills.find((drill) => drill.name === 'aurora-failover')!;

describe('what is not built says so by name, and does nothing', () => {
  test.each<[keyof Tools, string]>([
    ['runs', 'claim'],
    ['topology', 'observe'],
    ['probe', 'watch'],
    ['evidence', 'put'],
    ['calendar', 'open'],
    ['notices', 'publish'],
  ])('%s.%s', (part, method) => {
    expect(() => (tools[part] as unknown as { [name: string]: () => unknown })[method]!()).toThrow(
      expect.objectContaining({ name: 'NotOnAwsYet', message: expect.stringContaining(`${part}.${method}`) }),
    );
  });

  test.each(['undo', 'events'] as const)('faults.%s', async (method) => {
    await expect(tools.faults[method]({} as never)).rejects.toMatchObject({ name: 'NotOnAwsYet' });
  });
});

test('a drill started on AWS as it is breaks nothing: Claim fails, Release cannot say how it ended, and that pages', async () => {
  const clock = virtualClock();
  const started: unknown[] = [];
  const tasks = { ...handlers({ ...tools, clock }), [startExperiment]: async (input: unknown) => started.push(input) };
  const machine = bindByName(drillDefinition);
  const ended = await clock.drive(execute({ machine, tasks, clock, name: 'run-1', input: { drill: 'aurora-failover' } }));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'DrillUnhealed' });
  expect(new Set(ended.tasks)).toEqual(new Set(['Claim', 'Release']));
  expect(started).toEqual([]);
});

test('only drills that need no rig', () => {
  expect(tools.drills.map((drill) => drill.name)).toContain('aurora-failover');
  expect(tools.drills.some((drill) => drill.rig !== undefined)).toBe(false);
});

test('the template comes from the settings; without one the message says what to do', () => {
  expect(tools.faults.template(failover)).toBe('EXT1');
  expect(() => awsTools({ AWS_REGION: 'eu-west-1' }).faults.template(failover)).toThrow('no template for aurora-failover');
  expect(() => awsTools({ AWS_REGION: 'eu-west-1', DRILL_TEMPLATES: '[1]' }).faults.template(failover)).toThrow('a JSON object of strings');
  expect(() => awsTools({ AWS_REGION: 'eu-west-1', DRILL_TEMPLATES: '{' }).faults.template(failover)).toThrow('a JSON object of strings');
});

test('metrics need a cluster to ask about', async () => {
  await expect(tools.metrics.series(failover, 0, 60_000)).rejects.toThrow('DRILL_CLUSTER');
});

test('the clock never goes back', () => {
  const times = Array.from({ length: 100 }, () => tools.clock.now());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test.each<[string, { [name: string]: string }, string]>([
  ['a real account', { DRILL_ACCOUNT: '210987654321' }, 'aws'],
  ['a dummy account', { DRILL_ACCOUNT: '000000000000' }, 'emulator'],
  ['an endpoint for everything', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'emulator'],
  ['an endpoint for one service', { AWS_ENDPOINT_URL_FIS: 'http://127.0.0.1:4566', DRILL_ACCOUNT: '210987654321' }, 'emulator'],
])('%s is %j: %s', (_, env, source) => {
  expect(sourceOf(env)).toBe(source);
});
