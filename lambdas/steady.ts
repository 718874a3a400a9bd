import type { EtcdTopology, KafkaTopology, ObservedTopology } from '../core/topology.ts';
import { several } from '../core/words.ts';

/** Why this is not the steady state, or null: every member healthy that was so at preflight (all of them where preflight saw nothing), and the store's own order in place. */
export function unsteadyBecause(now: ObservedTopology, before: ObservedTopology | null): string | null {
  const order = orderMissing(now);
  if (order !== null) return order;
  const wanted =
    before === null ? now.members.map((each) => each.name) : before.members.filter((each) => each.healthy).map((each) => each.name);
  const missing = wanted.filter((name) => !now.members.some((each) => each.name === name && each.healthy));
  if (missing.length > 0) return `not healthy: ${missing.join(', ')}`;
  const writer = now.members.find(({ role }) => role === 'writer');
  return writer?.healthy === false ? `writer ${writer.name} is not healthy` : null;
}

function orderMissing(now: ObservedTopology): string | null {
  if (now.store === 'etcd') return noLeader(now);
  return now.store === 'aurora' ? twoOrNoWriters(now) : missingReplicas(now);
}

function noLeader({ leader, term }: EtcdTopology): string | null {
  return leader === null ? `no leader in term ${term}` : null;
}

function twoOrNoWriters({ members }: ObservedTopology): string | null {
  const writers = members.filter((member) => member.role === 'writer');
  if (writers.length === 1) return null;
  return `${writers.length} writers (${writers.map((each) => each.name).join(', ') || 'none'}), wanted exactly one`;
}

function missingReplicas({ partitions }: KafkaTopology): string | null {
  const leaderless = partitions.filter(({ leader }) => leader === null);
  if (leaderless.length > 0) return `no leader: ${leaderless.map(({ partition }) => `p${partition}`).join(', ')}`;
  const short = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  if (short.length === 0) return null;
  return `${several(short.length, 'partition')} under-replicated: ${short.map(({ partition }) => `p${partition}`).join(', ')}`;
}
