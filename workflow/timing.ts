import type { Clock } from '../core/clock.ts';
import { StateError } from './state-error.ts';

/** Calls `fire` after `ms` unless cancelled; on a clock without timers a cancelled sleep runs to its end unheard. */
export function startTimer(clock: Clock, ms: number, fire: () => void): () => void {
  if (clock.timer) return clock.timer(ms, fire);
  let cancelled = false;
  void clock.sleep(ms).then(() => {
    if (!cancelled) fire();
  });
  return () => {
    cancelled = true;
  };
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = startTimer(clock, ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The work's own end if it comes in time, else `States.Timeout`, or the signal's reason. The work itself runs on. */
export async function within<T>(clock: Clock, limit_s: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const late = pause(clock, limit_s * 1000, AbortSignal.any([signal, settled.signal])).then(() => {
    throw new StateError('States.Timeout', `no answer after ${limit_s} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}
