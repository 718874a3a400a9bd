import type { Drill } from '../../core/drill.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';

/** The database failover at a load that virtual time can carry, with a guard and with segments far shorter than the drill. */
export const virtualFailover: Drill = {
  ...auroraFailover,
  name: 'virtual-failover',
  load: { rate_hz: 40, minimum_hz: 20, pinned_hz: 10, read_hz: 4, attempt_timeout_ms: 250 },
  window: { baseline_s: 4, settle_s: 11, deadline_s: 90, poll_s: 2, segment_s: 10, heal_deadline_s: 60 },
  guards: ['write-errors'],
};

/** Half an hour of watching, at a rate that keeps its record small. */
export const virtualEndurance: Drill = {
  ...virtualFailover,
  name: 'virtual-endurance',
  load: { rate_hz: 2, minimum_hz: 1, pinned_hz: 0.2, read_hz: 0.2, attempt_timeout_ms: 250 },
  window: { baseline_s: 30, settle_s: 1_740, deadline_s: 2_400, poll_s: 15, segment_s: 300, heal_deadline_s: 120 },
};
