import { auroraRule, copiesAtCommit } from '../quorum.ts';
import type { AuroraTopology, DeclaredAurora } from '../topology.ts';
import { several } from '../words.ts';

/** What the drill declares, in words. */
export function declaredLines(topology: DeclaredAurora): string[] {
  if (topology.managed)
    return [
      `${several(topology.members, 'instance')} in ${several(topology.zones, 'zone')}`,
      `over a storage that AWS runs: writes need ${topology.write_quorum} of its ${auroraRule.copies} copies, a recovery needs ${topology.read_quorum}`,
    ];
  return [
    `${several(topology.members, 'copy', 'copies')} in ${several(topology.zones, 'zone')}`,
    `writes need ${topology.write_quorum}, a recovery needs ${topology.read_quorum}`,
  ];
}

/** Copies, or the instances in front of a storage that AWS runs, in words. */
export function membersText({ members, managed }: AuroraTopology): string {
  return managed === undefined ? several(members.length, 'copy', 'copies') : several(members.length, 'instance');
}

/** What the configuration really asks for: the weaker of the published quorum and the commit rule. */
export function writeQuorum(topology: AuroraTopology): number {
  return Math.min(topology.write_quorum, copiesAtCommit(topology.commit));
}

/** What must not be weaker than declared: observed beside declared. */
export function countedPairs(declared: DeclaredAurora, observed: AuroraTopology): [what: string, observed: number, declared: number][] {
  const storage = observed.managed === undefined ? '' : ' of the storage, fixed and not drilled,';
  return [
    [counted(observed), observed.members.length, declared.members],
    ['zones', zonesOf(observed), declared.zones],
    [`write quorum${storage}`, writeQuorum(observed), declared.write_quorum],
  ];
}

function counted({ managed }: AuroraTopology): string {
  return managed === undefined ? 'copies' : 'instances';
}

function zonesOf({ members }: AuroraTopology): number {
  return new Set(members.map((member) => member.zone)).size;
}

/** Declared and observed counts, side by side. */
export function comparedCounts(declared: DeclaredAurora, observed: AuroraTopology): [what: string, declared: number, observed: number][] {
  return [
    [counted(observed), declared.members, observed.members.length],
    ['zones', declared.zones, zonesOf(observed)],
    ['write quorum', declared.write_quorum, observed.write_quorum],
    ['read quorum', declared.read_quorum, observed.read_quorum],
    ['copies at commit', declared.write_quorum, copiesAtCommit(observed.commit)],
  ];
}

/** What a reader should know of this topology though nothing was declared against it. */
export function topologyFindings({ commit, managed }: AuroraTopology): string[] {
  if (managed !== undefined)
    return ['the storage was not drilled: no metric or call shows its copies or their quorum; the instances were drilled'];
  if (commit.mode === 'quorum') return [];
  return [`${commit.mode} commit: the writer alone holds a write when it is acknowledged`];
}
