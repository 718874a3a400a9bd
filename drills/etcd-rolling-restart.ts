import type { EtcdDrill } from '../core/drill.ts';
import { load, rollWindow, threeVoters } from './etcd.ts';

export const etcdRollingRestart: EtcdDrill = {
  name: 'etcd-rolling-restart',
  title: 'Every member is restarted in turn, the leader last, each once all are well',
  promise: 'A rolling restart under load loses no acknowledged write, keeps writes going, and elects no more leaders than it must.',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'no-election-storm', 'writes-never-stop'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'member-roll', down_s: 2 },
  load,
  limits: { recovery_ms: 5_000 },
  window: rollWindow,
  mustObserve: ['leader-changed', 'members-lost', 'every-member-rolled'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
