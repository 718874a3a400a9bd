import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

export const auroraFailover: AuroraDrill = {
  name: 'aurora-failover',
  title: 'The database writer is killed',
  promise: 'Losing the writer stops writes for seconds, loses no acknowledged write, and never leaves two writers.',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'writer-kill' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['writer-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass', grade: 'A' },
};
