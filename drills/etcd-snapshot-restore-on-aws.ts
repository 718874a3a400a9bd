import type { EtcdDrill } from '../core/drill.ts';
import { etcdSnapshotRestore } from './etcd-snapshot-restore.ts';

/**
 * The same drill on scratch instances: the snapshot travels through a bucket, and Systems Manager begins each phase on all hosts
 * anew, which takes longer than the work on a small snapshot.
 */
export const etcdSnapshotRestoreOnAws: EtcdDrill = {
  ...etcdSnapshotRestore,
  rpo_s: 300,
  limits: { recovery_ms: 300_000 },
  window: { baseline_s: 30, settle_s: 60, deadline_s: 1_500, poll_s: 10, segment_s: 600, heal_deadline_s: 800 },
};
