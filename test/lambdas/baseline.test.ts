import { describe, expect, test } from 'vitest';
import { carried, healthyFor, silentBecause, uncleanBecause, unrestedBecause, unservedBecause } from '../../lambdas/baseline.ts';
import type { SegmentRow } from '../../lambdas/tools.ts';
import type { Beat } from '../../probe/contract.ts';
import { virtualFailover } from '../virtual/drill.ts';

const beat = (at: number, segment: number, lane: Partial<Beat['service'][number]> = {}): Beat => ({
  at,
  witness: 'even',
  segment,
  longest_stall_ms: 0,
  service: [
    {
      lane: `writer#${segment}`,
      acked: 1,
      acked_hz: 1,
      last_ok_at: at,
      healthy_since: 0,
      last_not_ok_at: null,
      not_ok: 0,
      server: 'pg-1@1',
      ...lane,
    },
  ],
});
const beats = (even: Beat | null, odd: Beat | null) => ({ beats: { even, odd }, segments: [] as SegmentRow[] });

describe('heartbeats', () => {
  test.each([
    ['both fresh', beats(beat(9_000, 0), beat(9_500, 1)), null],
    ['one five seconds old', beats(beat(5_000, 0), beat(9_500, 1)), 'even'],
    ['one just under', beats(beat(5_001, 0), beat(9_500, 1)), null],
    ['one that never came', beats(beat(9_000, 0), null), 'odd'],
    [
      'one fresh but dead',
      {
        ...beats(beat(9_000, 0), beat(9_500, 1)),
        segments: [{ segment: 1, witness: 'odd' as const, opened_at: 0, closed_at: 9_600, died: true, key: null }],
      },
      'odd',
    ],
  ])('%s at ten seconds', (_what, row, silent) => {
    expect(silentBecause(row, 10_000)?.witness ?? null).toBe(silent);
  });

  test.each([
    ['never a bad write', {}, true],
    ['bad writes that were over before the baseline', { not_ok: 3, last_not_ok_at: 5_900, healthy_since: 5_999 }, true],
    ['bad writes before it, and good ones only within it', { not_ok: 3, last_not_ok_at: 5_900, healthy_since: 6_000 }, false],
    ['bad writes within it', { not_ok: 3, last_not_ok_at: 6_000, healthy_since: 6_100 }, false],
    ['bad now', { healthy_since: null }, false],
    ['nothing sent for more than two seconds', { last_ok_at: 7_999 }, false],
    ['nothing acknowledged ever', { last_ok_at: null }, false],
    ['a lane that began a second late', { healthy_since: 7_000 }, true],
    ['a lane that began too late', { healthy_since: 7_001 }, false],
  ])('a baseline of four seconds with %s is clean: %s', (_what, lane, clean) => {
    const row = beats(beat(10_000, 0, lane), beat(10_000, 1));
    expect(uncleanBecause(row, virtualFailover) === null).toBe(clean);
  });

  test('health goes on over a change of segments, and ends with the first bad write', () => {
    const old = beat(10_000, 0, { healthy_since: 1_000, last_not_ok_at: 900, not_ok: 2 });
    const next = beat(11_000, 2, { healthy_since: 10_500 });
    expect(carried(old, next).service[0]).toMatchObject({ healthy_since: 1_000, last_not_ok_at: 900 });
    expect(carried(old, beat(11_000, 2, { healthy_since: 10_900, not_ok: 1, last_not_ok_at: 10_800 })).service[0]).toMatchObject({
      healthy_since: 10_900,
      last_not_ok_at: 10_800,
    });
    expect(carried(old, beat(11_000, 2, { healthy_since: null })).service[0]).toMatchObject({ healthy_since: null });
    expect(carried(old, beat(15_000, 2, { healthy_since: 14_000 })).service[0]).toMatchObject({ healthy_since: 14_000 });
    expect(carried(null, next)).toEqual(next);
  });

  test('healthy long enough means every lane of both witnesses', () => {
    expect(healthyFor(beats(beat(10_000, 0), beat(10_000, 1)), 10_000)).toBe(true);
    expect(healthyFor(beats(beat(10_000, 0), beat(10_000, 1, { healthy_since: 1 })), 10_000)).toBe(false);
    expect(healthyFor(beats(beat(10_000, 0), beat(10_000, 1, { last_ok_at: 7_000 })), 10_000)).toBe(false);
    expect(healthyFor(beats(beat(10_000, 0), null), 0)).toBe(false);
    expect(healthyFor(beats(beat(10_000, 0), { ...beat(10_000, 1), service: [] }), 0)).toBe(false);
  });
});

describe('a lane for each partition', () => {
  /** Six lanes of one witness, with changes by partition. */
  const lanes = (at: number, segment: number, changes: { [partition: number]: Partial<Beat['service'][number]> } = {}): Beat => ({
    ...beat(at, segment),
    service: [0, 1, 2, 3, 4, 5].flatMap((p) => beat(at, segment, { lane: `p${p}#${segment}`, ...changes[p] }).service),
  });

  test.each([
    ['all well', {}, null],
    ['one that began too late', { 4: { healthy_since: 7_001 } }, 'lane p4#1 has not been healthy for 3000 ms'],
    ['one not acknowledged', { 3: { healthy_since: null, not_ok: 2, last_not_ok_at: 9_900 } }, 'lane p3#1 had 2 attempts'],
    ['one that sends nothing', { 5: { last_ok_at: 1_000 } }, 'lane p5#1 had no write acknowledged'],
  ])('a baseline with %s', (_what, changes, why) => {
    const because = uncleanBecause(beats(lanes(10_000, 0), lanes(10_000, 1, changes)), virtualFailover);
    if (why === null) expect(because).toBeNull();
    else expect(because).toContain(why);
  });

  test('one stopped lane of twelve is no health, and each lane goes on over a change of segments for itself', () => {
    const stopped = { 2: { healthy_since: null, last_ok_at: 4_000, not_ok: 9, last_not_ok_at: 10_000 } };
    expect(healthyFor(beats(lanes(10_000, 0), lanes(10_000, 1)), 10_000)).toBe(true);
    expect(healthyFor(beats(lanes(10_000, 0, stopped), lanes(10_000, 1)), 0)).toBe(false);
    const next = carried(lanes(10_000, 0, stopped), lanes(11_000, 2, { 2: { healthy_since: 10_700 }, 4: { healthy_since: 10_600 } }));
    expect(next.service.map(({ healthy_since }) => healthy_since)).toEqual([0, 0, 10_700, 0, 0, 0]);
  });

  test.each([
    ['all healthy long enough, and seen after the end', lanes(10_000, 0), 7_000, null],
    ['not seen for long enough after the end', lanes(10_000, 0), 7_001, 'ended less than 3000 ms ago'],
    ['one lane healthy for too short', lanes(10_000, 0, { 1: { healthy_since: 7_001 } }), 6_000, 'not every service lane'],
    ['one lane down', lanes(10_000, 0, { 1: { healthy_since: null } }), 6_000, 'not every service lane'],
  ])('between two steps: %s', (_what, even, ended_at, why) => {
    const because = unrestedBecause(beats(even, lanes(12_000, 1)), ended_at);
    if (why === null) expect(because).toBeNull();
    else expect(because).toContain(why);
  });

  test('a witness that never beat is not served', () => {
    expect(unservedBecause(beats(lanes(10_000, 0), null))).toContain('not every service lane');
    expect(unrestedBecause(beats(lanes(10_000, 0), null), 0)).not.toBeNull();
  });
});
