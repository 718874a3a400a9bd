import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

export const auroraSplitBrain: AuroraDrill = {
  name: 'aurora-split-brain',
  title: 'The writer is cut off while another is promoted',
  promise:
    'A writer cut off from its copies acknowledges nothing sent after the cut, and all that it acknowledged before is on the new one.',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'writer-isolation' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['cut-confirmed', 'writer-changed', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
