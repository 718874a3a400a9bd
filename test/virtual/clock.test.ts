import { expect, test } from 'vitest';
import { start_at, virtualClock } from './clock.ts';

test('time jumps from sleeper to sleeper, in order of time and then of asking', async () => {
  const clock = virtualClock();
  const seen: string[] = [];
  const at = async (ms: number, name: string) => {
    await clock.sleep(ms);
    seen.push(`${name} ${clock.now() - start_at}`);
  };
  await clock.drive(Promise.all([at(1_800_000, 'late'), at(20, 'first'), at(20, 'second'), at(0, 'now')]));
  expect(seen).toEqual(['now 0', 'first 20', 'second 20', 'late 1800000']);
  expect(clock.woken()).toBe(4);
});

test('what a sleeper starts runs before the next sleeper wakes', async () => {
  const clock = virtualClock();
  const seen: number[] = [];
  const loop = async (period_ms: number) => {
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.sleep(period_ms);
      seen.push(clock.now() - start_at);
    }
  };
  await clock.drive(Promise.all([loop(10), loop(25)]));
  expect(seen).toEqual([10, 20, 25, 30, 50, 75]);
});

test('a cancelled timer neither fires nor moves time', async () => {
  const clock = virtualClock();
  let fired = false;
  clock.timer(5_000, () => {
    fired = true;
  })();
  await clock.drive(clock.sleep(6));
  expect({ fired, now: clock.now() - start_at, asleep: clock.asleep() }).toEqual({ fired: false, now: 6, asleep: 0 });
});

test('work that waits for nothing is named instead of hanging', async () => {
  await expect(virtualClock().drive(new Promise(() => {}))).rejects.toThrow('virtual time stands still');
});

test('work that fails rejects with its own error', async () => {
  const clock = virtualClock();
  await expect(clock.drive(clock.sleep(5).then(() => Promise.reject(new Error('mine'))))).rejects.toThrow('mine');
});

test('a sleep without an end is refused', async () => {
  await expect(virtualClock().sleep(Number.NaN)).rejects.toThrow('never end');
});
