import { copiesAtCommit } from '../core/quorum.ts';
import type { ObservedTopology } from '../core/topology.ts';

/** Why this is not the steady state, or null: exactly one writer, and every member healthy that was so at preflight (all of them where preflight saw nothing). */
export function unsteadyBecause(now: ObservedTopology, before: ObservedTopology | null): string | null {
  const writers = now.members.filter((member) => member.role === 'writer');
  if (writers.length !== 1)
    return `${writers.length} writers (${writers.map((each) => each.name).join(', ') || 'none'}), wanted exactly one`;
  const wanted =
    before === null ? now.members.map((each) => each.name) : before.members.filter((each) => each.healthy).map((each) => each.name);
  const missing = wanted.filter((name) => !now.members.some((each) => each.name === name && each.healthy));
  if (missing.length > 0) return `not healthy: ${missing.join(', ')}`;
  return writers[0]?.healthy === true ? null : `writer ${writers[0]?.name} is not healthy`;
}

/** Failures still tolerated: healthy copies above what a commit really waits for; negative below it. */
export function marginNow(topology: ObservedTopology): number {
  return topology.members.filter((member) => member.healthy).length - Math.min(topology.write_quorum, copiesAtCommit(topology.commit));
}
