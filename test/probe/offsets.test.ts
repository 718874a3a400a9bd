import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OffsetRuns } from '../../probe/offsets.ts';

function told(runs: OffsetRuns): [n: number, offset: number][] {
  return runs
    .runs()
    .flatMap(({ n, offset, count, apart = 1 }) => Array.from({ length: count }, (_, i): [number, number] => [n + i, offset + i * apart]));
}

test('runs tell exactly what was acknowledged, whatever the gaps', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })), { maxLength: 200 }), (steps) => {
      const runs = new OffsetRuns();
      let [n, offset] = [0, 0];
      const added = steps.map(([more, further]): [number, number] => {
        [n, offset] = [n + more, offset + further];
        runs.add(n, offset);
        return [n, offset];
      });
      expect(told(runs)).toEqual(added);
    }),
  );
});

test('two lanes that take turns on a partition are one run each', () => {
  const runs = new OffsetRuns();
  for (let n = 0; n < 1_000; n += 1) runs.add(n, 2 * n + 1);
  expect(runs.runs()).toEqual([{ n: 0, offset: 1, count: 1_000, apart: 2 }]);
});

test('the latest 4,096 runs are kept, in their order', () => {
  const runs = new OffsetRuns();
  for (let i = 0; i < 5_000; i += 1) runs.add(2 * i, i);
  const kept = runs.runs();
  expect([kept.length, kept[0]?.n, kept.at(-1)?.n]).toEqual([4_096, 2 * 904, 9_998]);
});
