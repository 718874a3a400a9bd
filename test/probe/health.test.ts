import { expect, test } from 'vitest';
import type { Attempt } from '../../probe/contract.ts';
import { LaneHealth } from '../../probe/health.ts';

const done = (done_at: number, outcome: Attempt['outcome'] = 'ok'): Attempt => ({
  outcome,
  sent_at: done_at - 1,
  done_at,
  server: 'pg-1@1',
});

test('healthy since the first ok after the last attempt that was not ok', () => {
  const health = new LaneHealth();
  expect(health.view('writer#1', 0)).toMatchObject({ healthy_since: null, last_ok_at: null, acked_hz: 0, server: null });
  for (const attempt of [done(10), done(20), done(30, 'failed'), done(40, 'indeterminate')]) health.note(attempt);
  expect(health.view('writer#1', 40)).toMatchObject({ healthy_since: null, last_ok_at: 20, last_not_ok_at: 40, not_ok: 2, acked: 2 });
  for (const attempt of [done(50), done(60)]) health.note(attempt);
  expect(health.view('writer#1', 60)).toMatchObject({ healthy_since: 50, last_ok_at: 60, server: 'pg-1@1' });
});

test('an unsent attempt says nothing about the service', () => {
  const health = new LaneHealth();
  health.note(done(10));
  health.note(done(20, 'unsent'));
  expect(health.view('writer#1', 20)).toMatchObject({ healthy_since: 10, not_ok: 0 });
});

test('the rate is that of the last two seconds and falls to zero when nothing is acknowledged', () => {
  const health = new LaneHealth();
  for (let at = 0; at < 4000; at += 10) health.note(done(at));
  expect(health.view('writer#1', 3999).acked_hz).toBeCloseTo(100, 0);
  expect(health.view('writer#1', 4999).acked_hz).toBeCloseTo(50, 0);
  expect(health.view('writer#1', 6000).acked_hz).toBe(0);
});
