import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PartitionSight } from '../../core/record.ts';
import { mergeSights } from '../../lambdas/merge-sights.ts';

const sight = (at: number, change: Partial<PartitionSight> = {}): PartitionSight => ({
  at,
  partition: 0,
  leader: 1,
  leader_epoch: 1,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  ...change,
});

const cases: [string, PartitionSight[], number[]][] = [
  ['none', [], []],
  ['the same from both witnesses', [sight(1), sight(2)], [1]],
  ['the same ISR in another order', [sight(1), sight(2, { isr: [3, 2, 1] })], [1]],
  ['a smaller ISR and back', [sight(1), sight(2, { isr: [1, 2] }), sight(3, { isr: [1, 2] }), sight(4)], [1, 2, 4]],
  ['out of order', [sight(4, { leader: 2, leader_epoch: 2 }), sight(1)], [1, 4]],
  ['a witness that lags', [sight(1), sight(2, { leader: 2, leader_epoch: 2 }), sight(3), sight(4, { leader: 2, leader_epoch: 2 })], [1, 2]],
  ['no epoch told', [sight(1), sight(2, { leader: 2, leader_epoch: -1 })], [1, 2]],
  ['partitions apart', [sight(1), sight(2, { partition: 1 }), sight(3), sight(4, { partition: 1, isr: [1] })], [1, 2, 4]],
];

test.each(cases)('sights of two witnesses as one history: %s', (_what, sights, times) => {
  expect(mergeSights(sights).map(({ at }) => at)).toEqual(times);
});

const anySight = fc.record({
  at: fc.nat(20),
  partition: fc.nat(2),
  leader: fc.option(fc.integer({ min: 1, max: 3 })),
  leader_epoch: fc.integer({ min: -1, max: 3 }),
  replicas: fc.constant<number[]>([1, 2, 3]),
  isr: fc.subarray([1, 2, 3]),
});

test('merged sights are in order, and merging them again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anySight), (sights) => {
      const merged = mergeSights(sights);
      expect(merged.map(({ at }) => at)).toEqual(merged.map(({ at }) => at).sort((a, b) => a - b));
      expect(mergeSights(merged)).toEqual(merged);
    }),
  );
});
