import { expect, test } from 'vitest';
import { LaneLedger } from '../../core/ledger.ts';
import { LaneCopies } from '../../probe/kafka/copies.ts';

function found(count: number, read: [n: number, producer: bigint][]) {
  const copies = new LaneCopies(new LaneLedger(count));
  for (const [n, producer] of read) copies.read(n, producer);
  return copies.found();
}

test('without producers nothing is said of them', () => {
  expect(
    found(
      4,
      [0, 2, 1, 1, 3].map((n) => [n, -1n]),
    ),
  ).toEqual({ present: 'p4', duplicated: 1, reordered: 1 });
});

test('copies under one producer and under two are told apart', () => {
  const read: [number, bigint][] = [0, 1, 2, 3].map((n) => [n, 5n]);
  read.push([3, 5n], [2, 6n], [3, 6n], [4, 6n], [4, 6n], [4, 7n]);
  expect(found(6, read)).toEqual({ present: 'p5 m1', duplicated: 5, reordered: 0, duplicated_across_producers: 3 });
});

test('numbers past the lane are left out', () => {
  expect(
    found(2, [
      [0, 1n],
      [2, 1n],
      [2, 2n],
    ]),
  ).toEqual({ present: 'p1 m1', duplicated: 0, reordered: 0, duplicated_across_producers: 0 });
});

test('a second copy under the producer of an earlier repeat is that producer’s own', () => {
  const read: [number, bigint][] = [
    [0, 1n],
    [0, 2n],
    [0, 2n],
  ];
  expect(found(1, read)).toEqual({ present: 'p1', duplicated: 2, reordered: 0, duplicated_across_producers: 1 });
});
