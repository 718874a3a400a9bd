import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutageTracker, type Sample } from '../../core/outage.ts';
import type { Outage } from '../../core/record.ts';

const ok = (sent_at: number, done_at = sent_at + 2): Sample => ({ sent_at, done_at, ok: true });
const no = (sent_at: number, done_at = sent_at + 1): Sample => ({ sent_at, done_at, ok: false });

function outagesOf(samples: Sample[]): Outage[] {
  const tracker = new OutageTracker();
  for (const sample of samples) tracker.add(sample);
  return tracker.outages();
}

describe('an outage', () => {
  test.each<[string, Sample[], Outage[]]>([
    ['none without a failure', [ok(0), ok(10), ok(20)], []],
    [
      'begins after the last ok was sent and ends before the first ok came back',
      [ok(0), ok(10), no(20), no(30), ok(40), ok(50)],
      [{ start: [10, 21], end: [30, 42], attempts: 2 }],
    ],
    [
      'begins before the earliest completion of a failure, not the first sent',
      [ok(0), no(10, 260), no(20, 25), ok(300)],
      [{ start: [0, 25], end: [20, 302], attempts: 2 }],
    ],
    ['stays open without an ok', [ok(0), no(10), no(20)], [{ start: [0, 11], end: null, attempts: 2 }]],
    [
      'begins no earlier than known when the lane starts in it',
      [no(10), no(20), ok(30)],
      [{ start: [10, 11], end: [20, 32], attempts: 2 }],
    ],
    [
      'ends only with an ok sent once a failure was known',
      [ok(0), no(10, 260), ok(20), ok(300)],
      [{ start: [0, 260], end: [10, 302], attempts: 1 }],
    ],
    [
      'is one when attempts in flight together come back in another order',
      [ok(0), no(10, 18), ok(11, 14), no(12, 18), no(20), ok(40)],
      [{ start: [11, 18], end: [20, 42], attempts: 3 }],
    ],
    [
      'two when a whole ok lies between',
      [ok(0), no(10), ok(20), no(30), ok(40)],
      [
        { start: [0, 11], end: [10, 22], attempts: 1 },
        { start: [20, 31], end: [30, 42], attempts: 1 },
      ],
    ],
  ])('%s', (_, samples, outages) => {
    expect(outagesOf(samples)).toEqual(outages);
  });

  /** A service down in [from, to): an attempt is served, or not, at an instant of its own between send and completion. */
  const simulation = fc.record({
    from: fc.double({ min: 500, max: 600, noNaN: true }),
    length: fc.double({ min: 0.5, max: 5_000, noNaN: true }),
    period: fc.double({ min: 0.5, max: 50, noNaN: true }),
    there: fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 }),
    back: fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 }),
    timeout: fc.option(fc.double({ min: 50, max: 250, noNaN: true }), { nil: null }),
  });

  test('its true length always lies inside what is reported, with random latencies, periods and lengths', () => {
    fc.assert(
      fc.property(simulation, ({ from, length, period, there, back, timeout }) => {
        const to = from + length;
        const samples: Sample[] = [];
        for (let n = 0; n * period < to + 600; n += 1) {
          const sent_at = n * period;
          const served_at = sent_at + (there[n % there.length] ?? 1);
          const up = served_at < from || served_at >= to;
          const done_at = up || timeout === null ? served_at + (back[(n * 7) % back.length] ?? 1) : Math.max(sent_at + timeout, served_at);
          samples.push({ sent_at, done_at, ok: up });
        }
        const outages = outagesOf(samples);
        const [first, last] = [outages.at(0), outages.at(-1)];
        if (first === undefined || last === undefined) {
          // No attempt was served in it: it fitted between two of them.
          expect(length).toBeLessThanOrEqual(period + 20);
          return;
        }
        expect(first.start[0]).toBeLessThanOrEqual(from);
        expect(first.start[1]).toBeGreaterThanOrEqual(from);
        expect(last.end?.[0]).toBeLessThanOrEqual(to);
        expect(last.end?.[1]).toBeGreaterThanOrEqual(to);
        expect(Math.max(0, (last.end?.[0] ?? 0) - first.start[1])).toBeLessThanOrEqual(length);
        expect((last.end?.[1] ?? 0) - first.start[0]).toBeGreaterThanOrEqual(length);
      }),
      { numRuns: 2_000 },
    );
  });

  test('outages never overlap, whatever comes in', () => {
    const attempt = fc.record({ gap: fc.integer({ min: 0, max: 20 }), took: fc.integer({ min: 0, max: 60 }), ok: fc.boolean() });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 100 }), (attempts) => {
        let sent_at = 0;
        const outages = outagesOf(
          attempts.map(({ gap, took, ok: fine }) => {
            sent_at += gap;
            return { sent_at, done_at: sent_at + took, ok: fine };
          }),
        );
        for (const [index, outage] of outages.entries()) {
          expect(outage.start[0]).toBeLessThanOrEqual(outage.start[1]);
          const next = outages[index + 1];
          if (next === undefined) continue;
          expect(outage.end).not.toBeNull();
          expect(outage.end?.[0]).toBeLessThanOrEqual(next.start[0]);
          expect(outage.end?.[1]).toBeLessThanOrEqual(next.start[1]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps what is in flight and nothing else', () => {
    const tracker = new OutageTracker();
    for (let n = 0; n < 1_000_000; n += 1) tracker.add(ok(n, n + 3));
    expect(tracker.outages()).toEqual([]);
  });
});
