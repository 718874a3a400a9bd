import type { Record, Restore } from '../../core/record.ts';
import { etcdCorruptSnapshotTwin } from '../../drills/etcd-corrupt-snapshot-twin.ts';
import { etcdEvenMembersTwin } from '../../drills/etcd-even-members-twin.ts';
import { etcdLeaderHandover } from '../../drills/etcd-leader-handover.ts';
import { etcdLeaderLoss } from '../../drills/etcd-leader-loss.ts';
import { etcdMemberFreeze } from '../../drills/etcd-member-freeze.ts';
import { etcdQuorumLoss } from '../../drills/etcd-quorum-loss.ts';
import { etcdRollingRestart } from '../../drills/etcd-rolling-restart.ts';
import { etcdSnapshotRestore } from '../../drills/etcd-snapshot-restore.ts';
import { etcdStaleSnapshotTwin } from '../../drills/etcd-stale-snapshot-twin.ts';
import { etcdUnseenFaultTwin } from '../../drills/etcd-unseen-fault-twin.ts';
import { anEtcdRecord, type EtcdStory, FAULT, STARTED_AT } from './an-etcd-record.ts';

type Edit = (record: Record) => void;
const all = ['etcd-1', 'etcd-2', 'etcd-3'];

export const aLeaderLoss = (edit?: Edit, story: Partial<EtcdStory> = {}) => anEtcdRecord(etcdLeaderLoss, story, edit);

/** Nobody misses a write. */
export const aHandover = (edit?: Edit, stop = 18_000) => anEtcdRecord(etcdLeaderHandover, { down: null, elections: [5_060], stop }, edit);

/** Frozen for 8 s; the others elect meanwhile. */
export const aFreeze = (edit?: Edit) =>
  anEtcdRecord(etcdMemberFreeze, { gone: { 'etcd-1': [5_055, 13_040] }, returned: 13_040, stop: 18_000 }, edit);

/** Followers first, the leader last: one election. */
export const aRoll = (edit?: Edit, elections = [29_060]) =>
  anEtcdRecord(
    etcdRollingRestart,
    {
      down: null,
      elections,
      gone: { 'etcd-2': [5_060, 8_000], 'etcd-3': [17_060, 20_000], 'etcd-1': [29_060, 32_000] },
      steps: [
        { victims: ['etcd-2'], at: FAULT },
        { victims: ['etcd-3'], at: FAULT + 12_000 },
        { victims: ['etcd-1'], at: FAULT + 24_000 },
      ],
      confirmed: 29_070,
      stop: 46_000,
    },
    edit,
  );

/** One of three is left; one returns after 8 s. */
export const aQuorumLoss = (edit?: Edit, story: Partial<EtcdStory> = {}) =>
  anEtcdRecord(
    etcdQuorumLoss,
    {
      down: [5_055, 14_500],
      elections: [14_490],
      gone: { 'etcd-1': [5_055, 13_900], 'etcd-2': [5_055, 999_999] },
      steps: [{ victims: ['etcd-1', 'etcd-2'], at: FAULT }],
      returned: 13_100,
      stop: 27_000,
      ...story,
    },
    edit,
  );

/** Saved 60 ms after the experiment began, lost `age_ms` later, restored in about 2 s. */
function restored(age_ms: number): Partial<EtcdStory> & { restore: Restore } {
  const [saved, lost] = [5_100, 5_100 + age_ms];
  const gone: [number, number] = [lost - 20, lost + 1_700];
  return {
    down: [lost - 20, lost + 1_800],
    elections: [],
    leads: lost + 1_700,
    gone: Object.fromEntries(all.map((name) => [name, gone])),
    steps: [{ victims: all, at: FAULT }],
    began: lost - 60,
    confirmed: lost,
    stop: lost + 14_000,
    lost: [saved, lost - 20],
    restore: {
      snapshot: { sha256: 'c0ffee'.repeat(10), bytes: 6_000_000, keys: 20_400, revision: 800, saved_at: STARTED_AT + saved },
      refused: null,
      started_at: STARTED_AT + lost + 100,
      ended_at: STARTED_AT + lost + 2_600,
      first_write_at: STARTED_AT + lost + 1_790,
      cluster_id: { before: 'cdf818194e3a8c32', after: '7e27652122e8b2ae' },
      revision: { seen: 800 + age_ms / 10, after: 800 },
      hashes: all.map((member) => ({ member, hash: 'beef'.repeat(16) })),
      keys_missing: 0,
    },
  };
}

export const aRestore = (edit?: Edit, story: Partial<EtcdStory> = {}) =>
  anEtcdRecord(etcdSnapshotRestore, { ...restored(4_300), ...story }, edit);

export const aStaleRestore = () => anEtcdRecord(etcdStaleSnapshotTwin, restored(20_300));

/** The throw-away restore refuses it, the experiment fails, and nothing is lost. */
export const aCorruptSnapshot = (refused: string, drill = etcdCorruptSnapshotTwin) => {
  const { restore } = restored(4_300);
  return anEtcdRecord(drill, {
    down: null,
    elections: [],
    gone: {},
    steps: [{ victims: all, at: FAULT, status: 'failed' }],
    restore: {
      ...restore,
      refused,
      started_at: null,
      ended_at: null,
      first_write_at: null,
      cluster_id: { ...restore.cluster_id, after: null },
      revision: { ...restore.revision, after: null },
      hashes: [],
      keys_missing: null,
    },
  });
};

/** The command said that it worked; the leader never noticed. */
export const anUnseenFault = () => anEtcdRecord(etcdUnseenFaultTwin, { down: null, elections: [], gone: {} });

/** Refused at preflight: nothing was loaded or broken. */
export const anEvenRefusal = () =>
  anEtcdRecord(etcdEvenMembersTwin, { down: null, elections: [], gone: {}, steps: [] }, (record) => {
    const why = record.admission.flatMap(({ admit, inequality }) => (admit ? [] : [inequality])).join('; ');
    Object.assign(record, { outcome: { kind: 'refused', at: 'preflight', why }, series: [], readback: null, events: [] });
    record.probe.segments = [];
    record.probe.lanes = [];
  });
