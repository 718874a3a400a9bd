import { shownIds } from '../core/kafka/partitions.ts';
import type { KafkaTopology, ObservedTopology, PartitionState } from '../core/topology.ts';
import { witnesses } from './baseline.ts';
import type { RunRow } from './tools.ts';

/** `differs` says where the control plane has other leaders or in-sync replicas than the probe, or is null. */
export type LiveView = { topology: ObservedTopology; differs: string | null } | { why: string };

/**
 * The topology with leaders and in-sync replicas as the probe's own metadata shows them, from the heartbeat that saw them
 * last; members and configuration stay the control plane's. Stores without partitions are returned as they are.
 */
export function withLiveView(topology: ObservedTopology, beats: RunRow['beats']): LiveView {
  if (topology.store !== 'msk') return { topology, differs: null };
  const views = witnesses.flatMap((witness) => beats[witness]?.partitions ?? []);
  const [live] = views.sort((a, b) => b.seen_at - a.seen_at);
  if (live === undefined) return { why: 'no live view: no heartbeat tells leaders and in-sync replicas' };
  const unseen = topology.partitions.filter(({ partition }) => stateOf(live.states, partition) === undefined);
  if (unseen.length > 0)
    return { why: `no live view: the probe's metadata lacks ${unseen.map(({ partition }) => `p${partition}`).join(', ')}` };
  return {
    topology: { ...topology, partitions: live.states, observed_at: Math.min(topology.observed_at, live.seen_at) },
    differs: differencesOf(topology, live.states),
  };
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
