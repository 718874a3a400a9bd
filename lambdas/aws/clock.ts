import type { Clock } from '../../core/clock.ts';

/** The function's own clock, kept from going back when the host's clock is corrected. */
export function wallClock(): Clock {
  let latest = 0;
  return {
    now() {
      latest = Math.max(latest, Date.now());
      return latest;
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
