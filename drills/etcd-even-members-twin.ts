import type { EtcdDrill } from '../core/drill.ts';
import { fourVoters, load, window } from './etcd.ts';

/** Must be refused: four voters spare one, as three do. */
export const etcdEvenMembersTwin: EtcdDrill = {
  name: 'etcd-even-members-twin',
  title: 'Two of four voters would be killed',
  promise: 'Losing two of four voters keeps writes going (which four cannot, so nothing is injected).',
  promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
  store: 'etcd',
  topology: fourVoters,
  fault: { kind: 'voters-kill', count: 2 },
  load,
  limits: { recovery_ms: 10_000 },
  window,
  mustObserve: ['leader-changed', 'members-lost', 'writes-disturbed'],
  guards: [],
  mustEnd: { outcome: 'refused', because: '4 voters, quorum 3: after losing 2, 2 < 3' },
};
