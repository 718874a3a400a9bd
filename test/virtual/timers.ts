import type { VirtualClock } from './clock.ts';

/**
 * Runs `work` while `setTimeout` and `clearTimeout` keep the virtual clock's time, for code that knows no other clock.
 * Nothing else may run meanwhile that needs real timers.
 */
export async function onVirtualTimers<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const cancels = new Map<unknown, () => void>();
  const set = (fire: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const token = {};
    const cancel = clock.timer(ms, () => {
      cancels.delete(token);
      fire(...args);
    });
    cancels.set(token, cancel);
    return token;
  };
  const clear = (token: unknown) => {
    cancels.get(token)?.();
    cancels.delete(token);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  try {
    return await clock.drive(work());
  } finally {
    Object.assign(globalThis, real);
  }
}
