import type { EtcdDrill } from '../core/drill.ts';
import { load, restoreWindow, threeVoters } from './etcd.ts';

/** Must fail before anything live is touched: the throw-away restore refuses the snapshot. */
export const etcdCorruptSnapshotTwin: EtcdDrill = {
  name: 'etcd-corrupt-snapshot-twin',
  title: 'One byte of the snapshot is flipped',
  promise:
    'The snapshot brings back every write acknowledged before it was saved (which a damaged one cannot, so nothing live is touched).',
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
  mustEnd: { outcome: 'fail', grade: 'F', check: 'snapshot-restorable', because: 'the snapshot does not restore' },
  rig: { damage_snapshot: 'flip-a-byte' },
};
