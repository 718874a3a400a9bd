import type { EtcdDrill } from '../core/drill.ts';
import { load, threeVoters, window } from './etcd.ts';

export const etcdLeaderLoss: EtcdDrill = {
  name: 'etcd-leader-loss',
  title: 'The leader is killed',
  promise: 'Losing the leader stops writes for an election, loses no acknowledged write, and no read goes back in time.',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'recovery-within-limit'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'leader-kill' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass', grade: 'A' },
};
