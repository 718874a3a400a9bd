import type { EtcdDrill } from '../core/drill.ts';
import { etcdLeaderLoss } from './etcd-leader-loss.ts';

/** The same drill on instances, where Systems Manager takes seconds to reach a member, and as long to bring it back. */
export const etcdLeaderLossOnAws: EtcdDrill = {
  ...etcdLeaderLoss,
  window: { baseline_s: 30, settle_s: 60, deadline_s: 600, poll_s: 10, segment_s: 600, heal_deadline_s: 600 },
};
