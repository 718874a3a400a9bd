import { majority } from '../quorum.ts';
import type { EtcdTopology, Member } from '../topology.ts';
import { byName } from '../words.ts';

/** Members that vote, by name; learners copy and do not count. */
export function votersOf({ members }: EtcdTopology): Member[] {
  return members.filter(({ role }) => role === 'voter').sort((a, b) => byName(a.name, b.name));
}

/** How many of the voters must agree. */
export function quorumOf(topology: EtcdTopology): number {
  return majority(votersOf(topology).length);
}

/** Names of the healthy voters that stay when these members go. */
export function votersAfter(topology: EtcdTopology, victims: string[]): string[] {
  return votersOf(topology).flatMap(({ name, healthy }) => (healthy && !victims.includes(name) ? [name] : []));
}

/** Voters in the order in which a fault takes them from the top: the leader, then the healthy by name, then the others. */
export function leaderFirst(topology: EtcdTopology): string[] {
  const rank = ({ name, healthy }: Member) => (name === topology.leader ? 0 : healthy ? 1 : 2);
  return votersOf(topology)
    .sort((a, b) => rank(a) - rank(b) || byName(a.name, b.name))
    .map(({ name }) => name);
}

/** The leader last, so that a roll elects once instead of at every step. */
export function leaderLast(topology: EtcdTopology): string[] {
  const names = votersOf(topology).map(({ name }) => name);
  return [...names.filter((name) => name !== topology.leader), ...names.filter((name) => name === topology.leader)];
}
