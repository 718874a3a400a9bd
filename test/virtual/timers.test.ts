import { expect, test } from 'vitest';
import { start_at, virtualClock } from './clock.ts';
import { onVirtualTimers } from './timers.ts';

test('setTimeout keeps virtual time, passes its arguments, and can be cleared', async () => {
  const clock = virtualClock();
  const seen = await onVirtualTimers(clock, async () => {
    const seen: string[] = [];
    const cleared = setTimeout(() => seen.push('never'), 10);
    clearTimeout(cleared);
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    setTimeout((name: string) => seen.push(`${name} ${clock.now() - start_at}`), 5, 'late');
    await clock.sleep(6);
    return seen;
  });
  expect(seen).toEqual(['late 3600005']);
});

test('the real timers are back afterwards, also after a failure', async () => {
  const before = [globalThis.setTimeout, globalThis.clearTimeout];
  await expect(onVirtualTimers(virtualClock(), () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect([globalThis.setTimeout, globalThis.clearTimeout]).toEqual(before);
});
