import { expect, test } from 'vitest';
import { marginAfter } from '../../core/admission.ts';
import { unsteadyBecause } from '../../lambdas/steady.ts';
import { virtualClock } from '../virtual/clock.ts';
import { SimulatedCluster } from '../virtual/cluster.ts';

test('steady: one writer, and everybody who was well before', () => {
  const cluster = new SimulatedCluster(virtualClock(), { recovery_ms: 0, rejoin_ms: null, heals: true });
  const before = cluster.observe();
  expect([unsteadyBecause(before, before), unsteadyBecause(before, null), marginAfter(before, [])]).toEqual([null, null, 2]);
  cluster.lose(['pg-6']);
  const now = cluster.observe();
  expect(unsteadyBecause(now, before)).toBe('not healthy: pg-6');
  expect(unsteadyBecause(now, now)).toBeNull();
  expect(marginAfter(now, [])).toBe(1);
  expect(marginAfter({ ...now, commit: { mode: 'asynchronous' } }, [])).toBe(4);
  const two = { ...before, members: before.members.map((each, index) => (index < 2 ? { ...each, role: 'writer' as const } : each)) };
  expect(unsteadyBecause(two, before)).toContain('2 writers (pg-1, pg-2)');
});
