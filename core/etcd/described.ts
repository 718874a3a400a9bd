import { majority, spare } from '../quorum.ts';
import type { DeclaredEtcd, EtcdTopology } from '../topology.ts';
import { several } from '../words.ts';
import { votersOf } from './voters.ts';

/** What the drill declares, in words. */
export function declaredLines({ voters, learners, zones }: DeclaredEtcd): string[] {
  return [
    `${several(voters, 'voter')} in ${several(zones, 'zone')}${learners === 0 ? '' : `, ${several(learners, 'learner')}`}`,
    `writes and linearizable reads need ${majority(voters)}, so ${spare(voters)} may be lost`,
  ];
}

/** Declared and observed counts, side by side. */
export function comparedCounts(declared: DeclaredEtcd, observed: EtcdTopology): [what: string, declared: number, observed: number][] {
  const voters = votersOf(observed);
  return [
    ['voters', declared.voters, voters.length],
    ['learners', declared.learners, observed.members.length - voters.length],
    ['zones', declared.zones, new Set(voters.map(({ zone }) => zone)).size],
  ];
}

/** What a reader should know of this topology though nothing was declared against it. */
export function topologyFindings(topology: EtcdTopology): string[] {
  const voters = votersOf(topology);
  const learners = topology.members.length - voters.length;
  const sick = topology.members.filter(({ healthy }) => !healthy).map(({ name }) => name);
  return [
    ...(voters.length % 2 === 0 && voters.length > 0
      ? [`${voters.length} voters tolerate no more losses than ${voters.length - 1} do: ${spare(voters.length)}, with a larger quorum`]
      : []),
    ...(voters.length === 1 ? ['1 voter: its loss stops everything'] : []),
    ...(learners > 0 ? [`${several(learners, 'learner')} hold a copy and do not count towards the quorum`] : []),
    ...(sick.length > 0 ? [`not healthy before the fault: ${sick.join(', ')}`] : []),
  ];
}
