import type { KafkaDrill } from '../core/drill.ts';
import { client, load, twoReplicas, window } from './msk.ts';

/** Must fail: the replica that lacks the latest writes becomes leader. */
export const mskRf2Min1UncleanTwin: KafkaDrill = {
  name: 'msk-rf2-min1-unclean-twin',
  title: 'Both of two replicas are killed in turn, and the first one comes back first',
  promise: 'Losing two brokers one after the other loses no acknowledged write (which a replica elected unclean cannot keep).',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: { ...twoReplicas, partitions: 1, min_isr: 1, unclean_election: true },
  fault: { kind: 'unclean-chain', write_s: 5 },
  client,
  load: { ...load, rate_hz: 60, minimum_hz: 25 },
  limits: { recovery_ms: 90_000 },
  window: { ...window, deadline_s: 300, poll_s: 2 },
  mustObserve: ['leader-changed', 'members-lost', 'acknowledged-lost'],
  guards: [],
  mustEnd: {
    outcome: 'fail',
    grade: 'F',
    check: 'no-acknowledged-write-lost',
    because: 'what was acknowledged by the second broker alone is not on the first, which is elected',
  },
};
