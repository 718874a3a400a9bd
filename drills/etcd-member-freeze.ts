import type { EtcdDrill } from '../core/drill.ts';
import { load, threeVoters, window } from './etcd.ts';

export const etcdMemberFreeze: EtcdDrill = {
  name: 'etcd-member-freeze',
  title: 'The leader is frozen, and thawed once another one leads',
  promise: 'A leader that says nothing is replaced by an election, and once it wakes it neither takes writes nor answers with old ones.',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'recovery-within-limit'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'leader-freeze', thaw_after_s: 8 },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['leader-changed', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'pass' },
};
