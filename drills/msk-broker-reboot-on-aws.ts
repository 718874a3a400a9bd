import type { KafkaDrill } from '../core/drill.ts';
import { mskBrokerReboot } from './msk-broker-reboot.ts';

/**
 * The same drill on a cluster of Amazon MSK, which restarts a broker when it is asked to: 5 to 15 minutes until it is back. What
 * it tells of in-sync replicas may be a minute old, so healing waits that long.
 */
export const mskBrokerRebootOnAws: KafkaDrill = {
  ...mskBrokerReboot,
  title: 'A broker is restarted by MSK',
  window: { baseline_s: 30, settle_s: 60, deadline_s: 1_300, poll_s: 10, segment_s: 600, heal_deadline_s: 1_000 },
};
