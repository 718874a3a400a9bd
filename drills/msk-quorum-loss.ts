import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

export const mskQuorumLoss: KafkaDrill = {
  name: 'msk-quorum-loss',
  title: 'Two of three replicas are killed',
  promise: 'One in-sync replica is left: acks=all writes stop, nothing acknowledged is lost, and writes resume when one broker returns.',
  promises: ['no-acknowledged-write-lost', 'writes-stop-below-quorum', 'recovery-within-limit'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'broker-kill', followers: 1, returns_after_s: 20, returning: 1 },
  client,
  load,
  limits: { recovery_ms: 60_000 },
  window: { ...window, deadline_s: 180 },
  mustObserve: ['members-lost', 'writes-disturbed'],
  negative: { writes_must_stop_for_s: 15 },
  guards: [],
  mustEnd: { outcome: 'pass' },
};
