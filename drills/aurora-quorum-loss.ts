import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

export const auroraQuorumLoss: AuroraDrill = {
  name: 'aurora-quorum-loss',
  title: 'A zone and one more copy are lost',
  promise:
    'Three of six copies are left: writes stop, reads answer, nothing acknowledged is lost, and writes resume when one copy returns.',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'writes-stop-below-quorum', 'reads-answer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'zone-loss', plus_copies: 1, returns_after_s: 5, returning: 1 },
  // Every write below quorum leaves a session waiting; at this rate all of them are really asked for the whole time.
  load: { ...load, rate_hz: 40, minimum_hz: 20, pinned_hz: 5 },
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['members-lost', 'writes-disturbed'],
  negative: { writes_must_stop_for_s: 3 },
  guards: [],
  mustEnd: { outcome: 'pass' },
};
