import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../core/record.ts';
import { marginSeries, mergeSeries } from '../../lambdas/merge-series.ts';

describe('series', () => {
  const piece = (name: string, start_at: number, points: Series['points']): Series => ({
    name,
    unit: 'count',
    start_at,
    bin_ms: 100,
    points,
  });

  test('of segments become one, with nothing where nobody watched', () => {
    const merged = mergeSeries([
      piece('writer/acked/even', 1_300, [4, 5]),
      piece('writer/acked/even', 1_000, [1, 2]),
      piece('writer/acked/odd', 1_050, [7]),
    ]);
    expect(merged).toEqual([piece('writer/acked/even', 1_000, [1, 2, null, 4, 5]), piece('writer/acked/odd', 1_050, [7])]);
  });

  test('add counts and keep the worse percentile where segments meet', () => {
    expect(mergeSeries([piece('writer/acked/even', 0, [1, 2]), piece('writer/acked/even', 100, [3, null])])[0]?.points).toEqual([
      1,
      5,
      null,
    ]);
    expect(mergeSeries([piece('writer/p99/even', 0, [1, 2]), piece('writer/p99/even', 100, [3])])[0]?.points).toEqual([1, 3]);
  });

  test('lose no count', () => {
    const pieces = fc.array(fc.record({ start: fc.nat(50), points: fc.array(fc.option(fc.nat(9)), { minLength: 1, maxLength: 9 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    const sum = (points: Series['points']) => points.reduce<number>((total, point) => total + (point ?? 0), 0);
    fc.assert(
      fc.property(pieces, (all) => {
        const merged = mergeSeries(all.map(({ start, points }) => piece('s', start * 100, points)));
        expect(merged).toHaveLength(1);
        expect(sum(merged[0]?.points ?? [])).toBe(sum(all.flatMap(({ points }) => points)));
      }),
    );
  });

  test('of the margin keep the least of each poll; no margin is no series', () => {
    expect(marginSeries([], 1_000)).toEqual([]);
    const points = [
      [0, 2],
      [400, 1],
      [2_100, 2],
    ] as const;
    expect(
      marginSeries(
        points.map(([at, margin]) => ({ at, margin })),
        1_000,
      ),
    ).toMatchObject([{ name: 'margin', start_at: 0, points: [1, null, 2] }]);
  });
});
