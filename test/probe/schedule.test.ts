import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Schedule } from '../../probe/schedule.ts';

test('whenever it is asked, every number comes once, in order, with the time it was planned for', () => {
  const looks = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), looks, (period_ms, steps_ms) => {
      const schedule = new Schedule(1000, period_ms);
      let now = 1000;
      let next = 0;
      for (const step_ms of steps_ms) {
        now += step_ms;
        for (const { n, planned_at } of schedule.due(now)) {
          expect(n).toBe(next);
          expect(planned_at).toBe(1000 + n * period_ms);
          next += 1;
        }
        expect(next).toBe(Math.floor((now - 1000) / period_ms) + 1);
      }
    }),
  );
});

test('a sender that slept for a second sends a hundred late ones and drops none', () => {
  const schedule = new Schedule(0, 10);
  expect([...schedule.due(0)]).toEqual([{ n: 0, planned_at: 0 }]);
  const late = [...schedule.due(1000)];
  expect(late).toHaveLength(100);
  expect(late[0]).toEqual({ n: 1, planned_at: 10 });
  expect(schedule.next_at).toBe(1010);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a period of %s ms is no schedule', (period_ms) => {
  expect(() => new Schedule(0, period_ms)).toThrow('period above 0 ms');
});
