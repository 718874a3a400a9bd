import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EtcdFault } from '../../core/drill.ts';
import { expectRestore } from '../../core/etcd/expectation.ts';
import { expectClasses, expectRecovery } from '../../core/expectation.ts';
import { etcdLeaderLoss } from '../../drills/etcd-leader-loss.ts';
import { etcdQuorumLoss } from '../../drills/etcd-quorum-loss.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { anEtcdTopology } from './an-etcd-record.ts';

const view = anEtcdTopology();
/** A split vote and one attempt, as every interval of a restore has them. */
const elections_and_retry_ms = 1_900 + etcdSnapshotRestore.load.attempt_timeout_ms;
const withFault = (fault: EtcdFault) => ({ ...etcdLeaderLoss, fault });

describe('expected recovery of etcd', () => {
  // heartbeat 100, election timeout 1000, attempt 500: 800 to 2000, and 1900 more where votes split
  test.each<[string, EtcdFault, number, number]>([
    ['kill: less two heartbeats, twice the timeout, a split vote, a retry', { kind: 'leader-kill' }, 800, 4_400],
    ['freeze, thawed later: an election, and an attempt at the frozen one', { kind: 'leader-freeze', thaw_after_s: 8 }, 800, 4_900],
    ['freeze, thawed before anybody stands', { kind: 'leader-freeze', thaw_after_s: 0.3 }, 300, 800],
    ['hand-over: at most the attempt under way', { kind: 'leader-handover' }, 0, 500],
    ['a roll: as a hand-over at each step', { kind: 'member-roll', down_s: 2 }, 0, 500],
    ['below quorum: a start, an election, a split vote, a retry', etcdQuorumLoss.fault, 50, 9_400],
    ['a restore of 6 MB', etcdSnapshotRestore.fault, 330, 4_442],
  ])('%s', (_, fault, lo_ms, hi_ms) => {
    expect(expectRecovery(withFault(fault), view, [])).toMatchObject({ lo_ms, hi_ms });
  });

  test('every reason shows its own share', () => {
    expect(expectRecovery(etcdLeaderLoss, view, []).reasons).toEqual([
      'noticed and elected: election timeout 1,000 ms less 2 heartbeats of 100 ms, up to twice the timeout: 800 to 2,000 ms',
      'one more round where votes split: 0 to 1,900 ms',
      'client retry: the attempt under way may take its whole timeout: 0 to 500 ms',
    ]);
  });

  test('all writes are one class: any member takes them', () => {
    expect(expectClasses(etcdLeaderLoss, view, ['etcd-1']).map(({ name, targets }) => [name, targets])).toEqual([['writes', ['writes']]]);
  });

  // docs/quorum.md, section 2: what was measured before lies inside.
  test.each([
    [6_000_000, 730],
    [69_000_000, 1_960],
  ])('a restore of %i bytes that took %i ms was to be expected', (bytes, took_ms) => {
    const { lo_ms, hi_ms } = expectRestore(etcdSnapshotRestore, view, { bytes });
    expect(took_ms).toBeGreaterThanOrEqual(lo_ms);
    expect(took_ms).toBeLessThanOrEqual(hi_ms);
  });

  test('8 GB take about a minute', () => {
    expect(expectRestore(etcdSnapshotRestore, view, { bytes: 8e9 }).reasons[0]).toBe(
      '8,000 MB restored at 5 to 7 s a GB: 40,000 to 56,000 ms',
    );
  });

  test('with a throw-away copy, what it took counts and not the size', () => {
    const known = { bytes: 5e8, throw_away: { took_ms: 4_000, at_once: 3, processors: 2 } };
    const { reasons, ...times } = expectRestore(etcdSnapshotRestore, view, known);
    // 4 s alone and 0.3; 12 s in turn, a fifth of them again, 2, and the elections' and the attempt's share; 6 s side by side, a fifth, 0.6
    expect(times).toEqual({ lo_ms: 4_300, hi_ms: 16_400 + elections_and_retry_ms, likely_ms: 7_800 });
    expect(reasons.slice(0, 2)).toEqual([
      '500 MB restored as the throw-away copy was in 4,000 ms, 3 members at once on 2 processors: 4,000 to 12,000 ms',
      'members read their data, elect and take the first write: 300 to 4,400 ms',
    ]);
  });

  test('a host of its own for each member makes no member wait', () => {
    const alone = { bytes: 5e8, throw_away: { took_ms: 4_000, at_once: 1, processors: 2 } };
    expect(expectRestore(etcdSnapshotRestore, view, alone)).toMatchObject({
      lo_ms: 4_300,
      likely_ms: 5_400,
      hi_ms: 6_800 + elections_and_retry_ms,
    });
  });

  test('the likeliest time lies in its interval, and a slower copy or more members at once never promise less', () => {
    const count = fc.integer({ min: 1, max: 64 });
    const took = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(count, count, took, took, (at_once, processors, took_ms, longer_ms) => {
        const of = (throw_away: { took_ms: number; at_once: number; processors: number }) =>
          expectRestore(etcdSnapshotRestore, view, { bytes: 1, throw_away });
        const now = of({ took_ms, at_once, processors });
        expect(now.lo_ms).toBeLessThanOrEqual(now.likely_ms);
        expect(now.likely_ms).toBeLessThanOrEqual(now.hi_ms);
        for (const worse of [
          of({ took_ms: took_ms + longer_ms, at_once, processors }),
          of({ took_ms, at_once: at_once + 1, processors }),
        ]) {
          expect(worse.likely_ms).toBeGreaterThanOrEqual(now.likely_ms);
          expect(worse.hi_ms).toBeGreaterThanOrEqual(now.hi_ms);
        }
      }),
    );
  });

  test('longer timeouts never promise less, and lo is never above hi', () => {
    const times = fc.integer({ min: 1, max: 50_000 });
    fc.assert(
      fc.property(times, times, times, (heartbeat_ms, election_timeout_ms, longer_ms) => {
        const of = (timeout_ms: number) => expectRecovery(etcdLeaderLoss, { ...view, heartbeat_ms, election_timeout_ms: timeout_ms }, []);
        const [now, slower] = [of(election_timeout_ms), of(election_timeout_ms + longer_ms)];
        expect(now.lo_ms).toBeLessThanOrEqual(now.hi_ms);
        expect(slower.lo_ms).toBeGreaterThanOrEqual(now.lo_ms);
        expect(slower.hi_ms).toBeGreaterThan(now.hi_ms);
      }),
    );
  });
});
