import type { KafkaDrill } from '../core/drill.ts';
import { client, fiveBrokers, load, window } from './msk.ts';

export const mskZoneLoss: KafkaDrill = {
  name: 'msk-zone-loss',
  title: 'All brokers of one rack are killed',
  promise: 'Replicas span three racks, so the loss of one rack costs no more than the loss of one broker.',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: fiveBrokers,
  fault: { kind: 'rack-kill' },
  client,
  load,
  limits: { recovery_ms: 30_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
