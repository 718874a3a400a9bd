import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

export const auroraFailoverGraceful: AuroraDrill = {
  name: 'aurora-failover-graceful',
  title: 'The writer hands over on purpose',
  promise: 'A planned switchover loses no acknowledged write and stops writes no longer than a hand-over takes.',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'recovery-within-limit'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'writer-handover' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['writer-changed', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass', grade: 'A' },
};
