import { expect, test } from 'vitest';
import type { Attempt } from '../../probe/contract.ts';
import { LaneSeries } from '../../probe/series.ts';

const at = (done_at: number, outcome: Attempt['outcome'] = 'ok'): Attempt => ({ outcome, sent_at: done_at - 1, done_at });
const points = (series: LaneSeries) =>
  Object.fromEntries(series.series('writer', 'even').map(({ name, points }) => [name.split('/')[1], points]));

test('bins start at epoch multiples of their width and are named by target, measure and witness', () => {
  const series = new LaneSeries(10_250, 100);
  series.watched(10_250);
  expect(series.series('pg-1', 'odd').map(({ name, unit, start_at, bin_ms }) => [name, unit, start_at, bin_ms])).toEqual([
    ['pg-1/acked/odd', 'attempts', 10_200, 100],
    ['pg-1/failed/odd', 'attempts', 10_200, 100],
    ['pg-1/indeterminate/odd', 'attempts', 10_200, 100],
    ['pg-1/p50/odd', 'ms', 10_200, 100],
    ['pg-1/p99/odd', 'ms', 10_200, 100],
  ]);
});

test('attempts count where they completed, by outcome, and unsent ones nowhere', () => {
  const series = new LaneSeries(0, 100);
  for (const attempt of [at(10), at(99.9), at(100), at(150, 'failed'), at(160, 'indeterminate'), at(170, 'unsent')])
    series.note(0, attempt);
  expect(points(series)).toMatchObject({ acked: [2, 1], failed: [0, 1], indeterminate: [0, 1] });
});

test('a bin that was watched and saw nothing is zero; one that the process slept through is missing', () => {
  const series = new LaneSeries(0, 100);
  series.watched(50);
  series.watched(150);
  series.watched(450);
  const { acked, p50 } = points(series);
  expect(acked).toEqual([0, 0, null, null, 0]);
  expect(p50).toEqual([null, null, null, null, null]);
});

test('latency counts from the planned send, so a late sender does not look fast', () => {
  const series = new LaneSeries(0, 100);
  for (let n = 0; n < 98; n += 1) series.note(40, at(50));
  for (let n = 0; n < 2; n += 1) series.note(-950, at(50));
  series.note(250, at(252));
  const { p50, p99 } = points(series);
  expect(p50?.[0]).toBeCloseTo(10, 0);
  expect(p99?.[0]).toBeGreaterThan(980);
  expect([p50?.[1], p50?.[2]]).toEqual([null, expect.closeTo(2, 1)]);
});
