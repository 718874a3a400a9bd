import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attempt, Target } from '../../probe/contract.ts';
import { LaneLog } from '../../probe/lane.ts';

interface Outage {
  from: number;
  to: number;
}
interface World {
  period_ms: number;
  phase_ms: number;
  latency_ms: number[];
  /** What an attempt that is struck comes to: refused or reset, lost, or sent again until it is answered. */
  struck: 'reset' | 'vanish' | 'late';
  outages: Outage[];
}

const timeout_ms = 250;

/** What becomes of an attempt sent at `sent_at` when the way there and back takes so long each. */
function attempted(world: World, sent_at: number, there_ms: number, back_ms: number): Attempt {
  const arrives = sent_at + there_ms;
  const answered = arrives + back_ms;
  const struck = world.outages.find(({ from, to }) => from < answered && arrives < to);
  if (!struck) return { outcome: 'ok', sent_at, done_at: answered, server: 'pg-1@1' };
  if (world.struck === 'late') {
    const done_at = Math.max(answered, struck.to + there_ms + back_ms);
    const overdue_at = sent_at + timeout_ms;
    return { outcome: 'ok', sent_at, done_at, server: 'broker-1@1', ...(done_at > overdue_at ? { overdue_at } : {}) };
  }
  if (world.struck === 'vanish') return { outcome: 'indeterminate', sent_at, done_at: sent_at + timeout_ms, code: 'timeout' };
  return { outcome: 'failed', sent_at, done_at: Math.max(arrives, struck.from) + 0.01, code: 'ECONNREFUSED' };
}

/** The lane that a witness would have kept, attempts ending in order of time. */
function observed(world: World) {
  const target: Target = { name: 'writer', kind: 'service', url: '', rate_hz: 1000 / world.period_ms, connections: 300 };
  const log = new LaneLog(target, 1, 0);
  const until = (world.outages.at(-1)?.to ?? 0) + 600;
  const attempts: Attempt[] = [];
  for (let at = world.phase_ms; at < until; at += world.period_ms) {
    const latency = (step: number) => world.latency_ms[(attempts.length * 2 + step) % world.latency_ms.length] ?? 1;
    attempts.push(attempted(world, at, latency(0), latency(1)));
  }
  const steps = attempts.flatMap(({ sent_at, done_at }, n) => [
    { at: sent_at, n, end: false },
    { at: done_at, n, end: true },
  ]);
  for (const { n, end } of steps.toSorted((a, b) => a.at - b.at)) end ? log.end(n, attempts[n] as Attempt) : log.begin(n);
  return { reported: log.record().outages, attempts };
}

const worlds: fc.Arbitrary<World> = fc
  .record({
    period_ms: fc.constantFrom(1, 3, 10, 40),
    phase_ms: fc.double({ min: 0, max: 40, noNaN: true }),
    latency_ms: fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 1, maxLength: 7 }),
    struck: fc.constantFrom('reset' as const, 'vanish' as const, 'late' as const),
    spans: fc.array(fc.tuple(fc.double({ min: 500, max: 900, noNaN: true }), fc.double({ min: 100, max: 1500, noNaN: true })), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ spans, ...rest }) => {
    let at = 0;
    const outages = spans.map(([healthy_ms, length_ms]) => {
      const from = at + healthy_ms;
      // Where nothing is given up, an outage that is over within the timeout is none.
      at = from + length_ms + (rest.struck === 'late' ? timeout_ms + 50 : 0);
      return { from, to: at };
    });
    return { ...rest, outages };
  });

test('each true outage lies inside the one reported for it: start, end and length', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { reported } = observed(world);
      expect(reported).toHaveLength(world.outages.length);
      for (const [i, { from, to }] of world.outages.entries()) {
        const { start, end } = reported[i] ?? { start: [0, 0], end: null };
        if (!end) throw new Error('it ended, and an ok came after it');
        expect(start[0]).toBeLessThanOrEqual(from);
        expect(start[1]).toBeGreaterThanOrEqual(from);
        expect(end[0]).toBeLessThanOrEqual(to);
        expect(end[1]).toBeGreaterThanOrEqual(to);
        expect(end[0] - start[1]).toBeLessThanOrEqual(to - from);
        expect(end[1] - start[0]).toBeGreaterThanOrEqual(to - from);
      }
    }),
    { numRuns: 200 },
  );
});

test('by send times alone the start would fall outside: the first failure was sent before the outage began', () => {
  const world: World = { period_ms: 1, phase_ms: 0.3, latency_ms: [0.75], struck: 'reset', outages: [{ from: 500.9, to: 900.2 }] };
  const { attempts } = observed(world);
  const firstBad = attempts.findIndex(({ outcome }) => outcome !== 'ok');
  const [lastOk, firstFailed] = [attempts[firstBad - 1], attempts[firstBad]];
  expect(lastOk?.sent_at).toBeLessThan(500.9);
  expect(firstFailed?.sent_at).toBeLessThan(500.9);
  expect(firstFailed?.done_at).toBeGreaterThanOrEqual(500.9);
});
