import { quorumOf, votersAfter, votersOf } from '../../core/etcd/voters.ts';
import type { EtcdTopology } from '../../core/topology.ts';
import { count, setting } from '../phrases.ts';

/** What was really there, one line each. */
export function etcdFacts(observed: EtcdTopology): string[] {
  const voters = votersOf(observed);
  const zones = new Set(voters.map(({ zone }) => zone)).size;
  const learners = observed.members.length - voters.length;
  return [
    `${count(voters.length)} voters in ${count(zones)} ${zones === 1 ? 'zone' : 'zones'}, ${count(votersAfter(observed, []).length)} healthy${learners > 0 ? `, and ${count(learners)} learners` : ''}`,
    `writes and linearizable reads need ${count(quorumOf(observed))}`,
    observed.leader === null ? 'no leader' : `leader ${observed.leader} in term ${observed.term}`,
    `a heartbeat every ${setting(observed.heartbeat_ms)}, an election after ${setting(observed.election_timeout_ms)} without one`,
    `cluster ${observed.cluster_id}, revision ${count(observed.revision)}, ${(observed.db_bytes / 1e6).toFixed(1)} MB`,
  ];
}
