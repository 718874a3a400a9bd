import type { KafkaDrill } from '../core/drill.ts';
import { client, load, rollWindow, threeBrokers } from './msk.ts';

export const mskRollingRestart: KafkaDrill = {
  name: 'msk-rolling-restart',
  title: 'Every broker is restarted in turn, each once all replicas are in sync',
  promise:
    'A rolling restart under load loses no acknowledged write, pauses briefly at each step, and elects no more leaders than it must.',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit', 'full-isr-between-steps', 'no-election-storm'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'broker-roll', down_s: 3 },
  client,
  load,
  limits: { recovery_ms: 10_000 },
  window: rollWindow,
  mustObserve: ['leader-changed', 'members-lost', 'every-member-rolled'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
