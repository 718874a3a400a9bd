import type { EtcdDrill } from '../core/drill.ts';
import { load, threeVoters, window } from './etcd.ts';

export const etcdLeaderHandover: EtcdDrill = {
  name: 'etcd-leader-handover',
  title: 'The leader is stopped in an orderly way',
  promise: 'A leader that is asked to stop hands over first: writes go on, and no acknowledged write is lost.',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'writes-never-stop'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'leader-handover' },
  load,
  limits: { recovery_ms: 2_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
