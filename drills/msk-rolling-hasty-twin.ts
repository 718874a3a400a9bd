import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

/** Must fail: nobody waits for a full ISR between two brokers. */
export const mskRollingHastyTwin: KafkaDrill = {
  name: 'msk-rolling-hasty-twin',
  title: 'Every broker is restarted in turn without waiting for replicas to be in sync',
  promise: 'A rolling restart takes a broker only once every ISR is full (which this one does not wait for).',
  promises: ['no-acknowledged-write-lost', 'full-isr-between-steps', 'recovery-within-limit'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'hasty-roll', apart_s: 3, down_s: 5 },
  client,
  load,
  limits: { recovery_ms: 60_000 },
  window: { ...window, settle_s: 30, deadline_s: 180 },
  mustObserve: ['leader-changed', 'members-lost', 'every-member-rolled'],
  guards: [],
  mustEnd: {
    outcome: 'fail',
    grade: 'D or F',
    check: 'full-isr-between-steps',
    because: 'the second broker is taken while the first is missing from every ISR',
  },
};
