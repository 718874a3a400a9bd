import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

/** Must fail: the controller sits on the promotion past the limit, and nothing is unsafe. */
export const auroraLateTwin: AuroraDrill = {
  name: 'aurora-late-twin',
  title: 'The writer is killed and the controller promotes too late',
  promise: 'Losing the writer stops writes for at most five seconds (which this controller cannot keep).',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'writer-kill' },
  load,
  limits: { recovery_ms: 5_000 },
  window,
  mustObserve: ['writer-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'fail', grade: 'D', check: 'recovery-within-limit', because: 'recovery is later than its limit' },
  rig: { hold_promotion_ms: 7_000 },
};
