import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Series } from '../../core/record.ts';
import { coarser, serviceBins } from '../../report/bins.ts';
import { aRecord } from '../core/a-record.ts';

const series = (name: string, points: (number | null)[], start_at = 0): Series => ({ name, unit: 'count', start_at, bin_ms: 100, points });
const binsOf = (list: Series[], window = { from: 0, to: 300 }) =>
  serviceBins(
    aRecord((record) => Object.assign(record, { series: list })),
    window,
    0,
  );

test('both witnesses are summed into rates, the worse latency is kept', () => {
  const binned = binsOf([
    series('writer/acked/even', [10, 0, null]),
    series('writer/acked/odd', [5, null, null], 5),
    series('writer/p99/even', [3, null, 4]),
    series('writer/p99/odd', [9, null, 2]),
  ]);
  expect(binned?.bins.map(({ acked, p99, failed }) => ({ acked, p99, failed }))).toEqual([
    { acked: 150, p99: 9, failed: null },
    { acked: 0, p99: null, failed: null },
    { acked: null, p99: 4, failed: null },
  ]);
});

test.each([
  ['a lane pinned to a copy', 'pg-1/acked/even'],
  ['reads', 'reads/acked/even'],
  ['the margin', 'margin'],
  ['a measure of another kind', 'writer/acked-bytes/even'],
])('%s is no write through the endpoint', (_, name) => expect(binsOf([series(name, [1, 2, 3])])).toBeNull());

test('two segments of a witness continue each other', () => {
  const binned = binsOf([series('writer/acked/even', [1]), series('writer/acked/even', [2], 200)]);
  expect(binned?.bins.map((bin) => bin.acked)).toEqual([10, null, 20]);
});

test('however long the run, no write is lost in the bins', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50)), { minLength: 1, maxLength: 3_000 }), (points) => {
      const binned = binsOf([series('writer/acked/even', points)], { from: 0, to: points.length * 100 });
      const sum = (binned?.bins ?? []).reduce((total, bin) => total + ((bin.acked ?? 0) * (binned?.bin_ms ?? 0)) / 1_000, 0);
      expect(sum).toBeCloseTo(
        points.reduce<number>((total, point) => total + (point ?? 0), 0),
        3,
      );
      expect(binned?.bins.length).toBeLessThanOrEqual(600);
      if (binned?.bin_ms === 100) expect(binned.bins.map((bin) => bin.acked === null)).toEqual(points.map((point) => point === null));
    }),
  );
});

test('a coarser table keeps missing apart from zero', () => {
  const binned = binsOf(
    [series('writer/acked/even', [...Array<number>(10).fill(2), ...Array<null>(10).fill(null), ...Array<number>(10).fill(0)])],
    { from: 0, to: 3_000 },
  );
  expect(binned && coarser(binned, 90).bins.map((bin) => [bin.from_s, bin.acked])).toEqual([
    [0, 20],
    [1, null],
    [2, 0],
  ]);
});
