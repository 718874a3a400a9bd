import type { Clock } from '../core/clock.ts';

/** This machine's monotonic clock in milliseconds since an unknown moment: the same axis in every process of the machine. */
function monotonic(): number {
  const [s, ns] = process.hrtime();
  return s * 1000 + ns / 1_000_000;
}

/** What to add to the monotonic clock to make it epoch milliseconds; one process takes it and hands it to all others. */
export function epochOffset(): number {
  return Date.now() - monotonic();
}

/** Real time on the axis that all processes of this machine share. It never jumps, whatever happens to the wall clock. */
export function monotonicClock(offset_ms: number): Clock {
  const timer = (ms: number, fire: () => void) => {
    const handle = setTimeout(fire, ms);
    return () => clearTimeout(handle);
  };
  return {
    now: () => monotonic() + offset_ms,
    sleep: (ms) => new Promise<void>((resolve) => void timer(ms, resolve)),
    timer,
  };
}
