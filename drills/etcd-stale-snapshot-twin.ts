import type { EtcdDrill } from '../core/drill.ts';
import { load, restoreWindow, threeVoters } from './etcd.ts';

/** Must fail: what was acknowledged between the snapshot and the last seconds is gone. */
export const etcdStaleSnapshotTwin: EtcdDrill = {
  name: 'etcd-stale-snapshot-twin',
  title: 'Every member loses its data and is restored from a snapshot that is too old',
  promise: 'A restore loses the writes of the last seconds at most (which an older snapshot cannot keep).',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'snapshot-restore', write_s: 4 },
  rpo_s: 20,
  load,
  limits: { recovery_ms: 20_000 },
  window: restoreWindow,
  mustObserve: ['members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'fail', grade: 'F', check: 'rpo', because: 'the snapshot is older than 20 s' },
  rig: { snapshot_age_s: 24 },
};
