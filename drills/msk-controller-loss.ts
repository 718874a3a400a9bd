import type { KafkaDrill } from '../core/drill.ts';
import { client, load, threeBrokers, window } from './msk.ts';

export const mskControllerLoss: KafkaDrill = {
  name: 'msk-controller-loss',
  title: 'The active controller is killed',
  promise: 'Losing the active controller is not noticed by writes: another one is elected.',
  promises: ['no-acknowledged-write-lost', 'writes-never-stop'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'controller-kill' },
  client,
  load,
  limits: { recovery_ms: 5_000 },
  window,
  mustObserve: ['members-lost', 'controller-changed'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
