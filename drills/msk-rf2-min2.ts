import type { KafkaDrill } from '../core/drill.ts';
import { client, load, twoReplicas, window } from './msk.ts';

export const mskRf2Min2: KafkaDrill = {
  name: 'msk-rf2-min2',
  title: 'A broker is killed where both of two replicas must be in sync',
  promise: 'Its partitions refuse acks=all writes until the broker is back, the others go on, and nothing acknowledged is lost.',
  promises: ['no-acknowledged-write-lost', 'writes-stop-below-quorum', 'recovery-within-limit'],
  store: 'msk',
  topology: twoReplicas,
  fault: { kind: 'broker-kill', followers: 0, returns_after_s: 60, returning: 1 },
  client,
  load,
  limits: { recovery_ms: 60_000 },
  window: { ...window, deadline_s: 240, poll_s: 2 },
  mustObserve: ['members-lost', 'writes-disturbed'],
  negative: { writes_must_stop_for_s: 45 },
  guards: [],
  mustEnd: { outcome: 'pass' },
};
