import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

export const mskAcks1: KafkaDrill = {
  name: 'msk-acks1',
  title: 'The leader is killed while it is ahead of its followers and acknowledges alone',
  promise: 'With acks=1 the leader alone acknowledges: what its followers had not fetched is lost with it, and nothing was promised.',
  promises: ['recovery-within-limit'],
  store: 'msk',
  topology: { ...threeBrokers, partitions: 1 },
  fault: { kind: 'ahead-of-followers', write_s: 4 },
  client: { ...client, acks: '1' },
  load: { ...load, rate_hz: 60, minimum_hz: 25 },
  limits: { recovery_ms: 30_000 },
  window,
  mustObserve: ['leader-changed', 'acknowledged-lost'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
