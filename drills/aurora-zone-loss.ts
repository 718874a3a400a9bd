import type { AuroraDrill } from '../core/drill.ts';
import { load, sixCopies, window } from './aurora.ts';

export const auroraZoneLoss: AuroraDrill = {
  name: 'aurora-zone-loss',
  title: 'A zone that does not hold the writer is lost',
  promise: 'Four of six copies are left, which is the write quorum: writes never stop.',
  promises: ['no-acknowledged-write-lost', 'one-writer', 'writes-never-stop'],
  store: 'aurora',
  topology: sixCopies,
  fault: { kind: 'zone-loss', plus_copies: 0 },
  load,
  limits: { recovery_ms: 1_000 },
  window,
  mustObserve: ['members-lost'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
