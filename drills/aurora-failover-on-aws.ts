import type { AuroraDrill } from '../core/drill.ts';
import { auroraFailover } from './aurora-failover.ts';

/**
 * The same drill on a cluster that AWS runs: FIS asks RDS for a failover, which is a hand-over and no kill. A failover is
 * often over in half a minute; the old writer takes longer to come back as a reader.
 */
export const auroraFailoverOnAws: AuroraDrill = {
  ...auroraFailover,
  title: 'The database writer is failed over',
  promise: 'A failover stops writes for a minute or so, loses no acknowledged write, and never leaves two writers.',
  topology: { store: 'aurora', members: 2, zones: 2, write_quorum: 4, read_quorum: 3, managed: true },
  fault: { kind: 'writer-handover' },
  load: { rate_hz: 50, minimum_hz: 25, pinned_hz: 10, read_hz: 10, attempt_timeout_ms: 500 },
  limits: { recovery_ms: 90_000 },
  window: { baseline_s: 30, settle_s: 60, deadline_s: 600, poll_s: 10, segment_s: 600, heal_deadline_s: 900 },
  mustObserve: ['writer-changed', 'writes-disturbed'],
};
