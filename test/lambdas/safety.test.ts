import { expect, test } from 'vitest';
import { freshTopology, guardBecause, leaseLostBecause, unheardBecause } from '../../lambdas/safety.ts';
import type { AlarmState } from '../../lambdas/tools.ts';
import { virtualFailover } from '../virtual/drill.ts';
import { virtualWorld } from '../virtual/world.ts';
import { aRun } from './runs-conformance.ts';

const drill = { ...virtualFailover, guards: ['one', 'two'] };
const answers: [string, { name: string; state: AlarmState }[] | Error, string | null][] = [
  [
    'all are OK',
    [
      { name: 'two', state: 'OK' },
      { name: 'one', state: 'OK' },
    ],
    null,
  ],
  [
    'one fires',
    [
      { name: 'one', state: 'OK' },
      { name: 'two', state: 'ALARM' },
    ],
    'guard alarm two is ALARM',
  ],
  [
    'one has no data',
    [
      { name: 'one', state: 'INSUFFICIENT_DATA' },
      { name: 'two', state: 'OK' },
    ],
    'guard alarm one is INSUFFICIENT_DATA',
  ],
  ['one is left out of the answer', [{ name: 'one', state: 'OK' }], 'guard alarm two is INSUFFICIENT_DATA'],
  ['the answer is empty', [], 'guard alarm one is INSUFFICIENT_DATA'],
  ['they cannot be read', new Error('no answer'), 'the guard alarms cannot be read: no answer'],
];

test.each([
  ['ALARM', 'heartbeat alarm ears is ALARM'],
  ['INSUFFICIENT_DATA', 'heartbeat alarm ears is INSUFFICIENT_DATA'],
  ['OK', null],
] as [AlarmState, string | null][])('an alarm on the heartbeat that is %s', async (state, why) => {
  const { tools } = virtualWorld();
  tools.metrics.alarms = async (names) => names.map((name) => ({ name, state }));
  expect(await unheardBecause(tools, drill)).toBeNull();
  tools.probe.alarm = () => 'ears';
  expect(await unheardBecause(tools, drill)).toBe(why);
});

test.each(answers)('guards when %s', async (_what, answer, why) => {
  const { tools } = virtualWorld();
  tools.metrics.alarms = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  expect(await guardBecause(tools, drill)).toBe(why);
});

test.each([
  [5_000, true],
  [5_001, false],
])('a topology seen %i ms ago is fresh: %s', async (age_ms, fresh) => {
  const { tools, clock, cluster } = virtualWorld();
  tools.topology.observe = async () => ({ ...cluster.observe(), observed_at: clock.now() - age_ms });
  expect('topology' in (await freshTopology(tools, drill))).toBe(fresh);
});

test('the lease is lost when it expires too early, is free, or is held by another', async () => {
  const { tools } = virtualWorld();
  const claimed = await tools.runs.claim(aRun('run-1'));
  if (claimed.status !== 'claimed') throw new Error(claimed.why);
  expect(await leaseLostBecause(tools, claimed.row, 599_999)).toBeNull();
  expect(await leaseLostBecause(tools, claimed.row, 600_000)).toContain('expires before');
  await tools.runs.claim(aRun('run-2', { takeover: true, claimed_at: 600_001, expires_at: 900_000 }));
  expect(await leaseLostBecause(tools, claimed.row, 0)).toContain('held by run-2');
  await tools.runs.release('run-2', 'free', 'done');
  expect(await leaseLostBecause(tools, claimed.row, 0)).toContain('free by nobody');
});
