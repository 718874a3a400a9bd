import type { EtcdDrill } from '../core/drill.ts';
import { load, threeVoters, window } from './etcd.ts';

/** Must be inconclusive: the fault was never seen. */
export const etcdUnseenFaultTwin: EtcdDrill = {
  name: 'etcd-unseen-fault-twin',
  title: 'The command that should kill the leader hits nobody and says that it worked',
  promise: 'Losing the leader stops writes for an election (which nobody can tell when no leader was lost).',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'recovery-within-limit'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'leader-kill' },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'inconclusive', check: 'fault-observed', because: 'a fault that nobody saw proves nothing' },
  rig: { hit_nobody: true },
};
