import { BadInput } from '../../../core/errors.ts';
import type { EtcdTopology, Member } from '../../../core/topology.ts';
import type { EtcdTarget } from '../../../drills/target.ts';
import type { MemberStatus, Told } from './status.ts';

type Answered = Told & { status: MemberStatus };

/** The topology as the members themselves tell it. Throws when none answers, and BadInput where they are not what the target says. */
export function topologyOf({ name, members }: Pick<EtcdTarget, 'name' | 'members'>, told: Told[]): EtcdTopology {
  const answered = told.filter((each): each is Answered => each.status !== null);
  const [first] = answered;
  if (first === undefined) throw new Error(`members of ${name}: got no answer of any of ${members.length}, wanted one; start etcd`);
  const led = leaderAmong(answered);
  const cluster_id = led?.cluster_id ?? first.status.cluster_id;
  requireAllKnown(name, members.length, answered);
  return {
    store: 'etcd',
    observed_at: Math.min(...told.map(({ at }) => at)),
    members: members.map((member): Member => {
      const status = answered.find((each) => each.name === member.name)?.status;
      const healthy = status !== undefined && led !== null && status.leader_id === led.leader_id && status.cluster_id === cluster_id;
      return { name: member.name, zone: member.zone, role: status?.learner === true ? 'learner' : 'voter', healthy };
    }),
    leader: answered.find(({ status }) => status.member_id === led?.leader_id)?.name ?? null,
    term: Math.max(...answered.map(({ status }) => status.term)),
    ...timingOf(name, told),
    cluster_id,
    revision: Math.max(...answered.map(({ status }) => status.revision)),
    db_bytes: Math.max(...answered.map(({ status }) => status.db_bytes)),
  };
}

/** Whoever knows the leader of the latest term; a learner never forgets the one it had. */
function leaderAmong(answered: Answered[]): MemberStatus | null {
  const [best] = answered
    .map(({ status }) => status)
    .filter(({ leader_id, learner }) => leader_id !== null && !learner)
    .sort((a, b) => b.term - a.term);
  return best ?? null;
}

/** A member that the target does not list would be left out of every quorum. */
function requireAllKnown(name: string, listed: number, answered: Answered[]): void {
  const other = answered.map(({ status }) => status.members).find((count) => count !== null && count !== listed);
  if (other === undefined) return;
  throw new BadInput(
    `targets.${name}.members`,
    `${listed} listed`,
    `the ${other} that etcd says it has`,
    'list every member and deploy again',
  );
}

/** The election's settings, which must be the same everywhere. */
function timingOf(name: string, told: Told[]): { heartbeat_ms: number; election_timeout_ms: number } {
  const all = told.flatMap(({ timing }) => timing ?? []);
  const [first] = all;
  if (first === undefined) throw new Error(`members of ${name}: got no running process, wanted its settings; start etcd`);
  const { heartbeat_ms, election_timeout_ms } = first;
  const other = all.find((each) => each.heartbeat_ms !== heartbeat_ms || each.election_timeout_ms !== election_timeout_ms);
  if (other === undefined) return first;
  throw new BadInput(
    `members of ${name}`,
    `heartbeats of ${heartbeat_ms} and ${other.heartbeat_ms} ms, election timeouts of ${election_timeout_ms} and ${other.election_timeout_ms} ms`,
    'the same on all members',
    'set --heartbeat-interval and --election-timeout alike',
  );
}

/** Of the members that answer; several where they differ, as they do during an upgrade. */
export function versionOf(told: Told[]): string {
  const versions = [...new Set(told.flatMap(({ status }) => status?.version ?? []))].sort();
  return versions.length === 0 ? 'unknown' : versions.join(', ');
}
