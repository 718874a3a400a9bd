import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import { auroraFailoverOnAws } from '../../drills/aurora-failover-on-aws.ts';
import { etcdLeaderLossOnAws } from '../../drills/etcd-leader-loss-on-aws.ts';
import { etcdSnapshotRestoreOnAws } from '../../drills/etcd-snapshot-restore-on-aws.ts';
import { mskBrokerRebootOnAws } from '../../drills/msk-broker-reboot-on-aws.ts';
import {
  deadlines,
  drain_ms,
  late_points_ms,
  readback_ms,
  segmentStop,
  windowFault,
  workflow_timeout_ms,
} from '../../lambdas/deadlines.ts';
import type { SegmentRow } from '../../lambdas/tools.ts';
import { nextSegment } from '../../lambdas/witness.ts';
import definition from '../../workflow/drill.asl.json' with { type: 'json' };
import { virtualFailover } from '../virtual/drill.ts';

const seconds = (max: number) => fc.integer({ min: 1, max });

const windowed = (
  window: Pick<Drill['window'], 'baseline_s' | 'settle_s' | 'deadline_s' | 'heal_deadline_s'> & { poll_s?: number },
): Drill => ({
  ...virtualFailover,
  window: { ...virtualFailover.window, poll_s: 60, ...window },
});

/** Seconds that watching and healing may take together, from the file's own timeout. */
const budget_s = (workflow_timeout_ms - drain_ms - readback_ms - late_points_ms) / 1_000 - 1;
const part = (share: number) => seconds(Math.floor(budget_s * share));

test('deadlines nest for every drill whose window fits', () => {
  fc.assert(
    fc.property(part(1 / 6), part(1 / 6), part(1 / 6), part(1 / 2), (baseline_s, settle_s, slack_s, heal_deadline_s) => {
      const deadline_s = baseline_s + settle_s + slack_s;
      const drill = windowed({ baseline_s, settle_s, deadline_s, heal_deadline_s });
      expect(windowFault(drill)).toBeNull();
      const now = 1_000;
      const { deadline_at, heal_deadline_at, expires_at } = deadlines(drill, now);
      expect(now + (baseline_s + settle_s) * 1_000).toBeLessThan(deadline_at);
      expect(deadline_at).toBeLessThan(heal_deadline_at);
      expect(heal_deadline_at).toBeLessThan(now + workflow_timeout_ms);
      expect(expires_at).toBeGreaterThanOrEqual(now + workflow_timeout_ms + (heal_deadline_s + deadline_s) * 1_000);
    }),
  );
});

test('a window fits exactly when its parts fit its deadline, and its deadlines the workflow', () => {
  fc.assert(
    fc.property(seconds(2_000), seconds(2_000), seconds(8_000), seconds(4_000), (baseline_s, settle_s, deadline_s, heal_deadline_s) => {
      const inner = baseline_s + settle_s < deadline_s;
      const outer = deadline_s + heal_deadline_s + (drain_ms + readback_ms + late_points_ms) / 1_000 < workflow_timeout_ms / 1_000;
      expect(windowFault(windowed({ baseline_s, settle_s, deadline_s, heal_deadline_s })) === null).toBe(inner && outer);
    }),
  );
});

test.each([
  [2, null],
  [1, 'window: 1800 polls of 1 s, more than the 1250 that fit a history'],
])('a poll every %i s for half an hour', (poll_s, why) => {
  expect(windowFault(windowed({ baseline_s: 4, settle_s: 10, deadline_s: 1_400, heal_deadline_s: 100, poll_s }))).toBe(why);
});

test('segments: numbers by witness, the first odd one half as long, none beyond the deadline', () => {
  const row = (segment: number, witness: 'even' | 'odd'): SegmentRow => ({
    segment,
    witness,
    opened_at: 0,
    closed_at: null,
    died: false,
    key: null,
  });
  expect([nextSegment([], 'even'), nextSegment([], 'odd')]).toEqual([0, 1]);
  expect([nextSegment([row(0, 'even'), row(1, 'odd')], 'even'), nextSegment([row(0, 'even'), row(1, 'odd')], 'odd')]).toEqual([2, 3]);
  const stop = (segment: number, opened_at: number) => segmentStop(virtualFailover, { deadline_at: 90_000 }, { segment, opened_at });
  expect([stop(0, 0), stop(1, 0), stop(3, 5_000), stop(18, 85_000)]).toEqual([10_000, 5_000, 15_000, 90_000]);
});

test('what comes after healing counts: a reading back that takes its whole time', () => {
  const { Readback } = definition.States;
  expect(readback_ms).toBe(Readback.TimeoutSeconds * 1_000);
  const fits = windowed({ baseline_s: 30, settle_s: 60, deadline_s: 1_300, heal_deadline_s: 1_000 });
  expect(windowFault(fits)).toBeNull();
  expect(windowFault({ ...fits, window: { ...fits.window, deadline_s: 1_800 } })).toContain('reading back 900 s');
});

test('every drill on AWS fits the workflow with all that comes after healing', () => {
  for (const drill of [auroraFailoverOnAws, etcdLeaderLossOnAws, etcdSnapshotRestoreOnAws, mskBrokerRebootOnAws])
    expect(windowFault(drill), drill.name).toBeNull();
});
