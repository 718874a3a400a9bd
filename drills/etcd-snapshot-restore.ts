import type { EtcdDrill } from '../core/drill.ts';
import { load, restoreWindow, threeVoters } from './etcd.ts';

export const etcdSnapshotRestore: EtcdDrill = {
  name: 'etcd-snapshot-restore',
  title: 'Every member loses its data and is restored from a snapshot',
  promise: 'The snapshot brings back every write acknowledged before it was saved, on all members alike, and soon enough.',
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
  mustEnd: { outcome: 'pass' },
};
