import { shownIds } from '../core/kafka/partitions.ts';
import type { KafkaTopology, ObservedTopology, PartitionState } from '../core/topology.ts';
import { witnesses } from './baseline.ts';
import type { RunRow } from './tools.ts';

/** `differs` says where the control plane has other leaders or in-sync replicas than the probe, or is null. */
export type LiveView = { topology: ObservedTopology; differs: string | null } | { why: string };

/**
 * The topology with leaders and in-sync replicas as the probe's own metadata shows them, from the heartbeat that saw them
 * last, a replica in sync only where both witnesses see it so; members and configuration stay the control plane's. Stores
 * without partitions are returned as they are.
 */
export function withLiveView(topology: ObservedTopology, beats: RunRow['beats']): LiveView {
  if (topology.store !== 'msk') return { topology, differs: null };
  const views = witnesses.flatMap((witness) => beats[witness]?.partitions ?? []);
  const [live, other] = views.sort((a, b) => b.seen_at - a.seen_at);
  if (live === undefined) return { why: 'no live view: no heartbeat tells leaders and in-sync replicas' };
  const unseen = topology.partitions.filter(({ partition }) => stateOf(live.states, partition) === undefined);
  if (unseen.length > 0)
    return { why: `no live view: the probe's metadata lacks ${unseen.map(({ partition }) => `p${partition}`).join(', ')}` };
  const partitions = other === undefined ? live.states : live.states.map((state) => inSyncToBoth(state, other.states));
  return {
    topology: { ...topology, partitions, observed_at: Math.min(topology.observed_at, live.seen_at) },
    differs: differencesOf(topology, partitions),
  };
}

/** Under one leader epoch the ISR shrinks without a sign of it, and a broker that is behind shows the old one to one witness. */
function inSyncToBoth(state: PartitionState, others: PartitionState[]): PartitionState {
  const other = stateOf(others, state.partition);
  if (other === undefined || other.leader_epoch !== state.leader_epoch) return state;
  return { ...state, isr: state.isr.filter((id) => other.isr.includes(id)) };
}

function differencesOf({ partitions }: KafkaTopology, states: PartitionState[]): string | null {
  const lines = states.flatMap((live) => {
    const told = stateOf(partitions, live.partition);
    if (told === undefined) return [`p${live.partition} is unknown to the control plane`];
    if (told.leader === live.leader && shownIds(told.isr) === shownIds(live.isr)) return [];
    return [`p${live.partition} ${shown(live)}, told as ${shown(told)}`];
  });
  return lines.length === 0 ? null : `the probe's live view counts: ${atMost(lines)}`;
}

function stateOf(states: PartitionState[], partition: number): PartitionState | undefined {
  return states.find((each) => each.partition === partition);
}

function shown({ leader, isr }: PartitionState): string {
  return `leader ${leader ?? 'none'} ISR ${shownIds(isr)}`;
}

/** So many partitions are named; the rest are counted. */
const most_named = 6;

function atMost(lines: string[]): string {
  const more = lines.length - most_named;
  return more <= 0 ? lines.join('; ') : `${lines.slice(0, most_named).join('; ')}; and ${more} more`;
}
