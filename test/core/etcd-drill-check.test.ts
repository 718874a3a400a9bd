import { describe, expect, test } from 'vitest';
import type { EtcdDrill } from '../../core/drill.ts';
import { checkDrill } from '../../core/drill-check.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { etcdLeaderLoss } from '../../drills/etcd-leader-loss.ts';
import { etcdQuorumLoss } from '../../drills/etcd-quorum-loss.ts';
import { etcdRollingRestart } from '../../drills/etcd-rolling-restart.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { etcdStaleSnapshotTwin } from '../../drills/etcd-stale-snapshot-twin.ts';

const but = (changes: Partial<EtcdDrill>, drill = etcdLeaderLoss): EtcdDrill => ({ ...drill, ...changes });
const { load, topology, promises, window } = etcdLeaderLoss;
const { rpo_s: _, ...withoutRpo } = etcdSnapshotRestore;

describe('an etcd drill', () => {
  test.each<[string, EtcdDrill, string]>([
    ['no voters', but({ topology: { ...topology, voters: 0 } }), 'topology voters: got 0'],
    ['half a learner', but({ topology: { ...topology, learners: 0.5 } }), 'topology learners: got 0.5'],
    ['more zones than voters', but({ topology: { ...topology, zones: 4 } }), 'topology: got 3 voters in 4 zones'],
    ['one writer promised', but({ promises: ['one-writer'], load: { ...load, pinned_hz: 5 } }), 'promises: got one-writer'],
    ['full ISR promised', but({ promises: ['full-isr-between-steps'] }), 'promises: got full-isr-between-steps'],
    ['few elections promised without a roll', but({ promises: [...promises, 'no-election-storm'] }), 'promises: got no-election-storm'],
    ['a roll seen without one', but({ mustObserve: ['every-member-rolled'] }), 'mustObserve: got every-member-rolled'],
    [
      'linearizable reads promised of a restore',
      but({ promises: ['reads-linearizable'] }, etcdSnapshotRestore),
      'promises: got reads-linearizable',
    ],
    ['linearizable reads promised and none sent', but({ load: { ...load, read_hz: 0 } }), 'read_hz: got 0'],
    ['serializable reads promised and none sent', but({ load: { ...load, pinned_hz: 0 } }, etcdQuorumLoss), 'pinned_hz: got 0'],
    ['a thaw at once', but({ fault: { kind: 'leader-freeze', thaw_after_s: 0 } }), 'fault thaw_after_s: got 0 s'],
    ['more killed than there are', but({ fault: { kind: 'voters-kill', count: 4 } }), 'fault count: got 4'],
    [
      'more returning than were killed',
      but({ fault: { kind: 'majority-kill', returns_after_s: 8, returning: 3 } }, etcdQuorumLoss),
      'fault returning: got 3',
    ],
    [
      'voters back before writes have stopped for long enough',
      but({ fault: { kind: 'majority-kill', returns_after_s: 4, returning: 1 } }, etcdQuorumLoss),
      'fault: got a return after 4 s',
    ],
    ['a restore that may lose anything', withoutRpo, 'rpo_s: got undefined'],
    ['an age of a snapshot that nobody saves', but({ rpo_s: 5 }), 'rpo_s: got 5 s'],
    ['a damaged snapshot that nobody saves', but({ rig: { damage_snapshot: 'truncate' } }), 'rig: got a damaged or old snapshot'],
    ['a snapshot of the future', but({ rig: { snapshot_age_s: -1 } }, etcdStaleSnapshotTwin), 'rig snapshot_age_s: got -1 s'],
    [
      'a window shorter than its roll',
      but({ window: { ...window, deadline_s: 50 } }, etcdRollingRestart),
      'window: got a deadline of 50 s, wanted at least the 55 s',
    ],
  ])('is refused: %s', (_, drill, message) => {
    expect(() => checkDrill(drill)).toThrow(`drill ${drill.name} ${message}`);
  });

  test('reads-linearizable is a promise of etcd alone', () => {
    expect(() => checkDrill({ ...auroraFailover, promises: ['reads-linearizable'] })).toThrow('an etcd drill to promise it');
  });
});
