import type { KafkaDrill } from '../core/drill.ts';
import { client, load, rollWindow, threeBrokers } from './msk.ts';

export const mskControllersRolling: KafkaDrill = {
  name: 'msk-controllers-rolling',
  title: 'Every controller is restarted in turn',
  promise: 'A rolling restart of the controllers is not noticed by writes.',
  promises: ['no-acknowledged-write-lost', 'writes-never-stop', 'no-election-storm'],
  store: 'msk',
  topology: threeBrokers,
  fault: { kind: 'controller-roll', down_s: 3 },
  client,
  load,
  limits: { recovery_ms: 5_000 },
  window: rollWindow,
  mustObserve: ['members-lost', 'every-member-rolled', 'controller-changed'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
