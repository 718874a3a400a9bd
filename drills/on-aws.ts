import type { Drill } from '../core/drill.ts';
import { auroraFailoverOnAws } from './aurora-failover-on-aws.ts';
import { etcdLeaderLossOnAws } from './etcd-leader-loss-on-aws.ts';
import { etcdSnapshotRestoreOnAws } from './etcd-snapshot-restore-on-aws.ts';
import { mskBrokerRebootOnAws } from './msk-broker-reboot-on-aws.ts';

/** Drills that break something else on AWS than in the lab. */
const there: Drill[] = [auroraFailoverOnAws, etcdLeaderLossOnAws, etcdSnapshotRestoreOnAws, mskBrokerRebootOnAws];

/** What a drill is on AWS before a configuration says more: what its file says, where AWS breaks the same. */
export function onAws(drill: Drill): Drill {
  return there.find(({ name }) => name === drill.name) ?? drill;
}
