import type { EtcdFault, EtcdRig } from '../../core/drill.ts';
import type { EtcdCluster } from './cluster.ts';

export async function restoreFromSnapshot(
  cluster: EtcdCluster,
  fault: Extract<EtcdFault, { kind: 'snapshot-restore' }>,
  _rig: EtcdRig,
  victims: string[],
  _stopped: AbortSignal,
): Promise<void> {
  throw new Error(`${fault.kind} of ${victims.join(', ')} on ${cluster.members.length} members: not yet`);
}
