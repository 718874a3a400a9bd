import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

export const mskBrokerReboot: KafkaDrill = {
  name: 'msk-broker-reboot',
  title: 'A broker is stopped in an orderly way and started again',
  promise: 'A planned restart of a broker loses no acknowledged write and costs clients at most a short pause.',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'broker-restart', down_s: 3 },
  client,
  load,
  limits: { recovery_ms: 10_000 },
  window: { ...window, settle_s: 30 },
  mustObserve: ['leader-changed', 'members-lost'],
  guards: [],
  mustEnd: { outcome: 'pass', grade: 'A' },
};
