import type { PartitionSight, Record } from '../record.ts';
import type { KafkaTopology, PartitionState } from '../topology.ts';

/** Every change that the probe saw, oldest first; of two at once the one of the older leader epoch first. */
export function sightsOf({ probe }: Record): PartitionSight[] {
  return [...(probe.partitions ?? [])].sort((a, b) => a.at - b.at || a.leader_epoch - b.leader_epoch);
}

/** The partitions as they were last seen before or at `at`: the probe's own sights over what preflight observed. */
export function partitionsAt(record: Record, topology: KafkaTopology, at: number): PartitionState[] {
  const latest = new Map<number, PartitionState>();
  for (const sight of sightsOf(record)) if (sight.at <= at) latest.set(sight.partition, withoutTime(sight));
  return topology.partitions.map((observed) => {
    const seen = latest.get(observed.partition);
    // A witness that starts with older metadata than the control plane's tells nothing newer.
    return seen === undefined || isOlder(seen, observed) ? observed : seen;
  });
}

/** The topology with its partitions as they were last seen at `at`, and the controller that was elected last. */
export function topologyAt(record: Record, topology: KafkaTopology, at: number): KafkaTopology {
  return { ...topology, partitions: partitionsAt(record, topology, at), active_controller: activeAt(record, topology, at) };
}

/** The active controller at `at`: the last one elected until then, else the one that preflight observed. */
export function activeAt(record: Record, topology: KafkaTopology, at: number): string | null {
  return controllersElected(record, topology).findLast((elected) => elected.at <= at)?.who ?? topology.active_controller;
}

/** Elections of controllers that the topology knows, oldest first; who won one that nobody saw is not among them. */
export function controllersElected({ events }: Record, { members }: KafkaTopology): { at: number; who: string }[] {
  const names = new Set(members.flatMap(({ name, role }) => (role === 'controller' ? [name] : [])));
  return events
    .flatMap(({ at, what, who }) => (what === 'controller-elected' && who !== undefined && names.has(who) ? [{ at, who }] : []))
    .sort((a, b) => a.at - b.at);
}

/** Brokers that do not tell the epoch answer -1, which is no age. */
function isOlder(sight: PartitionState, than: PartitionState): boolean {
  return sight.leader_epoch >= 0 && sight.leader_epoch < than.leader_epoch;
}

function withoutTime({ at: _at, ...state }: PartitionSight): PartitionState {
  return state;
}

/** All partitions as they were seen together from `at` on. */
export interface View {
  at: number;
  partitions: PartitionState[];
}

/** The views after `from_at` and until `until_at`, one for each instant at which something was seen to change. */
export function viewsBetween(record: Record, topology: KafkaTopology, from_at: number, until_at: number): View[] {
  const views: View[] = [];
  let partitions = partitionsAt(record, topology, from_at);
  for (const sight of sightsOf(record)) {
    if (sight.at <= from_at || sight.at > until_at) continue;
    partitions = partitions.map((each) => (each.partition === sight.partition && !isOlder(sight, each) ? withoutTime(sight) : each));
    if (views.at(-1)?.at === sight.at) views.pop();
    views.push({ at: sight.at, partitions });
  }
  return views;
}
