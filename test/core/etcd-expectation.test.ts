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
    const { lo_ms, hi_ms } = expectRestore(etcdSnapshotRestore, view, bytes);
    expect(took_ms).toBeGreaterThanOrEqual(lo_ms);
    expect(took_ms).toBeLessThanOrEqual(hi_ms);
  });

  test('8 GB take about a minute', () => {
    expect(expectRestore(etcdSnapshotRestore, view, 8e9).reasons[0]).toBe('8,000 MB restored at 5 to 7 s a GB: 40,000 to 56,000 ms');
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
