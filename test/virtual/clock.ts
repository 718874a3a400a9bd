import type { Clock } from '../../core/clock.ts';

interface Sleeper {
  at: number;
  fire: () => void;
}

/** A clock whose time moves only when nothing else can happen. */
export interface VirtualClock extends Clock {
  timer(ms: number, fire: () => void): () => void;
  /** Runs `work` to its end in virtual time; rejects when it neither ends nor sleeps. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** How many sleepers were woken so far. */
  woken(): number;
  /** How many sleep now. */
  asleep(): number;
}

/** Turns of the event loop after which whatever runs on promises alone has come to rest. */
const turns_until_idle = 3;

/** Where virtual time starts unless told: 5 January 2026, 09:00 UTC. */
export const start_at = Date.UTC(2026, 0, 5, 9);

/**
 * A discrete-event clock: when nothing is runnable, time jumps to the earliest sleeper and that one alone is woken, so
 * that equal times are served in the order in which they were asked for. It uses no real timer.
 */
export function virtualClock(from = start_at): VirtualClock {
  let now = from;
  let woken = 0;
  const sleepers: Sleeper[] = [];

  const timer = (ms: number, fire: () => void) => {
    if (!Number.isFinite(ms)) throw new RangeError(`a virtual sleep of ${ms} ms would never end`);
    const sleeper = { at: now + Math.max(0, ms), fire };
    const later = sleepers.findIndex((other) => other.at > sleeper.at);
    sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
    return () => {
      const place = sleepers.indexOf(sleeper);
      if (place !== -1) sleepers.splice(place, 1);
    };
  };

  const wakeNext = () => {
    const next = sleepers.shift();
    if (next === undefined) throw new Error('virtual time stands still: the work has not ended and nothing is asleep');
    now = next.at;
    woken += 1;
    next.fire();
  };

  const drive = async <T>(work: Promise<T>): Promise<T> => {
    let ended = false;
    const mark = () => {
      ended = true;
    };
    work.then(mark, mark);
    while (true) {
      for (let turn = 0; turn < turns_until_idle && !ended; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (ended) return work;
      wakeNext();
    }
  };

  return {
    now: () => now,
    sleep: (ms) => new Promise<void>((resolve) => void timer(ms, resolve)),
    timer,
    drive,
    woken: () => woken,
    asleep: () => sleepers.length,
  };
}
