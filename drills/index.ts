import type { Drill } from '../core/drill.ts';
import { auroraAsyncTwin } from './aurora-async-twin.ts';
import { auroraBlindTwin } from './aurora-blind-twin.ts';
import { auroraFailover } from './aurora-failover.ts';
import { auroraFailoverGraceful } from './aurora-failover-graceful.ts';
import { auroraLateTwin } from './aurora-late-twin.ts';
import { auroraLocalCommitTwin } from './aurora-local-commit-twin.ts';
import { auroraNoReaderTwin } from './aurora-no-reader-twin.ts';
import { auroraQuorumLoss } from './aurora-quorum-loss.ts';
import { auroraSplitBrain } from './aurora-split-brain.ts';
import { auroraZoneLoss } from './aurora-zone-loss.ts';
import { etcdCorruptSnapshotTwin } from './etcd-corrupt-snapshot-twin.ts';
import { etcdEvenMembersTwin } from './etcd-even-members-twin.ts';
import { etcdLeaderHandover } from './etcd-leader-handover.ts';
import { etcdLeaderLoss } from './etcd-leader-loss.ts';
import { etcdMemberFreeze } from './etcd-member-freeze.ts';
import { etcdQuorumLoss } from './etcd-quorum-loss.ts';
import { etcdRollingRestart } from './etcd-rolling-restart.ts';
import { etcdSnapshotRestore } from './etcd-snapshot-restore.ts';
import { etcdStaleSnapshotTwin } from './etcd-stale-snapshot-twin.ts';
import { etcdTruncatedSnapshotTwin } from './etcd-truncated-snapshot-twin.ts';
import { etcdUnseenFaultTwin } from './etcd-unseen-fault-twin.ts';
import { mskAcks1 } from './msk-acks1.ts';
import { mskBrokerLoss } from './msk-broker-loss.ts';
import { mskBrokerReboot } from './msk-broker-reboot.ts';
import { mskControllerLoss } from './msk-controller-loss.ts';
import { mskControllersRolling } from './msk-controllers-rolling.ts';
import { mskQuorumLoss } from './msk-quorum-loss.ts';
import { mskRf2Min1UncleanTwin } from './msk-rf2-min1-unclean-twin.ts';
import { mskRf2Min2 } from './msk-rf2-min2.ts';
import { mskRf2UndeclaredTwin } from './msk-rf2-undeclared-twin.ts';
import { mskRollingHastyTwin } from './msk-rolling-hasty-twin.ts';
import { mskRollingRestart } from './msk-rolling-restart.ts';
import { mskThinLoadTwin } from './msk-thin-load-twin.ts';
import { mskZoneLoss } from './msk-zone-loss.ts';

/** Every drill there is, in the order a reader should meet them. */
export const drills: Drill[] = [
  auroraFailover,
  auroraFailoverGraceful,
  auroraZoneLoss,
  auroraQuorumLoss,
  auroraSplitBrain,
  auroraAsyncTwin,
  auroraLocalCommitTwin,
  auroraLateTwin,
  auroraBlindTwin,
  auroraNoReaderTwin,
  mskBrokerReboot,
  mskBrokerLoss,
  mskRollingRestart,
  mskControllersRolling,
  mskControllerLoss,
  mskZoneLoss,
  mskQuorumLoss,
  mskRf2Min2,
  mskAcks1,
  mskRf2UndeclaredTwin,
  mskRf2Min1UncleanTwin,
  mskRollingHastyTwin,
  mskThinLoadTwin,
  etcdSnapshotRestore,
  etcdLeaderLoss,
  etcdLeaderHandover,
  etcdRollingRestart,
  etcdMemberFreeze,
  etcdQuorumLoss,
  etcdCorruptSnapshotTwin,
  etcdTruncatedSnapshotTwin,
  etcdEvenMembersTwin,
  etcdUnseenFaultTwin,
  etcdStaleSnapshotTwin,
];

/** The default game day: a drill of each store, each the one that its owners fear. */
export const gameDay: string[] = ['msk-broker-loss', 'aurora-failover', 'etcd-snapshot-restore'];
