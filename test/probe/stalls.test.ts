import { expect, test } from 'vitest';
import { StallWatch } from '../../probe/stalls.ts';

test('a stall lasts from when the timer was due until it fired; small lateness only counts as the longest', () => {
  const watch = new StallWatch(1000);
  for (const now of [1005, 1010, 1040, 1045]) watch.tick(now);
  expect(watch.stalls()).toEqual([]);
  expect(watch.longest_ms).toBe(25);
  watch.tick(3045);
  watch.tick(3050);
  expect(watch.stalls()).toEqual([{ from: 1050, to: 3045 }]);
  expect(watch.longest_ms).toBe(1995);
});

test('a stall of exactly the threshold is none', () => {
  const watch = new StallWatch(0, 5, 50);
  watch.tick(55);
  expect(watch.stalls()).toEqual([]);
  watch.tick(111);
  expect(watch.stalls()).toEqual([{ from: 60, to: 111 }]);
});
