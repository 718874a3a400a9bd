import type { Clock } from '../../core/clock.ts';
import type { Attempt, Driver, Target } from '../../probe/contract.ts';

export interface FakeService {
  driver: Driver;
  /** Numbers and planned times as the driver got them. */
  got: { lane: string; n: number; planned_at: number; sent_at: number }[];
  opened: string[];
  closed: string[];
}

/** A driver written by hand: `answer` says what becomes of each attempt, in the clock's time; undefined never answers. */
export function fakeService(
  clock: Clock,
  answer: (n: number, target: Target) => { after_ms: number; outcome: Attempt['outcome'] } | undefined,
): FakeService {
  const service: FakeService = { driver: { open, readback: async () => [] }, got: [], opened: [], closed: [] };
  function open(lane: string, target: Target) {
    service.opened.push(lane);
    return {
      attempt: async (n: number, planned_at: number): Promise<Attempt> => {
        const sent_at = clock.now();
        service.got.push({ lane, n, planned_at, sent_at });
        const given = answer(n, target);
        if (!given) return new Promise(() => undefined);
        await clock.sleep(given.after_ms);
        const { outcome } = given;
        return { outcome, sent_at, done_at: clock.now(), ...(outcome === 'ok' ? { server: 'pg-1@1' } : { code: 'fake' }) };
      },
      close: async () => void service.closed.push(lane),
    };
  }
  return service;
}
