import type { EtcdDrill } from '../core/drill.ts';
import { load, threeVoters, window } from './etcd.ts';

export const etcdQuorumLoss: EtcdDrill = {
  name: 'etcd-quorum-loss',
  title: 'The leader and one more of three voters are killed',
  promise:
    'One of three voters is left: writes and linearizable reads stop, serializable reads answer, nothing acknowledged is lost, and writes resume when one voter returns.',
  promises: ['no-acknowledged-write-lost', 'reads-linearizable', 'writes-stop-below-quorum', 'reads-answer', 'recovery-within-limit'],
  store: 'etcd',
  topology: threeVoters,
  fault: { kind: 'majority-kill', returns_after_s: 8, returning: 1 },
  load,
  limits: { recovery_ms: 15_000 },
  window,
  mustObserve: ['members-lost', 'writes-disturbed'],
  negative: { writes_must_stop_for_s: 5 },
  guards: [],
  mustEnd: { outcome: 'pass' },
};
