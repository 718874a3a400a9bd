import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

/** Must be refused: the topic has two replicas, the drill declares three. */
export const mskRf2UndeclaredTwin: KafkaDrill = {
  name: 'msk-rf2-undeclared-twin',
  title: 'A broker of a cluster with fewer replicas than declared would be killed',
  promise: 'Losing a broker stops writes for seconds (which two replicas cannot keep where both must be in sync, so nothing is injected).',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'broker-kill', followers: 0 },
  client,
  load,
  limits: { recovery_ms: 30_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'refused', because: 'two replicas of which both must be in sync spare none' },
  rig: { replication_factor: 2, min_isr: 2 },
};
