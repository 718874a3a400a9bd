import { copiesAtCommit } from '../quorum.ts';
import type { AuroraTopology, DeclaredAurora } from '../topology.ts';
import { several } from '../words.ts';

/** What the drill declares, in words. */
export function declaredLines(topology: DeclaredAurora): string[] {
  return [
    `${several(topology.members, 'copy', 'copies')} in ${several(topology.zones, 'zone')}`,
    `writes need ${topology.write_quorum}, a recovery needs ${topology.read_quorum}`,
  ];
}

/** Declared and observed counts, side by side. */
export function comparedCounts(declared: DeclaredAurora, observed: AuroraTopology): [what: string, declared: number, observed: number][] {
  const zones = new Set(observed.members.map((member) => member.zone)).size;
  return [
    ['copies', declared.members, observed.members.length],
    ['zones', declared.zones, zones],
    ['write quorum', declared.write_quorum, observed.write_quorum],
    ['read quorum', declared.read_quorum, observed.read_quorum],
    ['copies at commit', declared.write_quorum, copiesAtCommit(observed.commit)],
  ];
}

/** What a reader should know of this topology though nothing was declared against it. */
export function topologyFindings({ commit }: AuroraTopology): string[] {
  if (commit.mode === 'quorum') return [];
  return [`${commit.mode} commit: the writer alone holds a write when it is acknowledged`];
}
