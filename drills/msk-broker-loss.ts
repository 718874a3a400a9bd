import type { KafkaDrill } from '../core/drill.ts';
import { client, fiveBrokers, load, window } from './msk.ts';

export const mskBrokerLoss: KafkaDrill = {
  name: 'msk-broker-loss',
  title: 'The broker that leads the busiest partition is killed',
  promise: 'Losing a broker stops writes to its partitions until the session times out, and loses no acknowledged write.',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: fiveBrokers,
  fault: { kind: 'broker-kill', followers: 0 },
  client,
  load,
  limits: { recovery_ms: 30_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass', grade: 'A' },
};
