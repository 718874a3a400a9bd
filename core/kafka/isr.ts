import type { Event, Record } from '../record.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../topology.ts';
import { several } from '../words.ts';
import { holds, notFull, shownIds } from './partitions.ts';
import { partitionsAt, viewsBetween } from './sights.ts';

/** A broker that was taken while a partition lacked another replica in its ISR. */
export interface TakenEarly {
  broker: string;
  partition: PartitionState;
}

/**
 * The first such broker of those that the fault stopped, and how many it stopped. What the broker itself leaves behind does not
 * count against it, since only the end of its process may be on record.
 */
export function takenEarly(record: Record, topology: KafkaTopology, events: Event[]): { stops: number; early: TakenEarly | null } {
  const stops = stopsOf(topology, events);
  for (const { at, who } of stops) {
    const partition = partitionsAt(record, topology, at).find(({ replicas, isr }) =>
      replicas.some((id) => !isr.includes(id) && brokerName(id) !== who),
    );
    if (partition !== undefined) return { stops: stops.length, early: { broker: who, partition } };
  }
  return { stops: stops.length, early: null };
}

/** The first word of each broker's stop before healing, which stops and starts on its own account. */
function stopsOf(topology: KafkaTopology, events: Event[]): { at: number; who: string }[] {
  const healing_at = events.find(({ what }) => what === 'healing')?.at ?? Number.POSITIVE_INFINITY;
  const brokers = new Set(topology.members.filter(({ role }) => role === 'broker').map(({ name }) => name));
  const stops = new Map<string, number>();
  for (const { at, what, who } of events) {
    if ((what !== 'member-stopping' && what !== 'member-lost') || who === undefined) continue;
    if (at < healing_at && brokers.has(who) && !stops.has(who)) stops.set(who, at);
  }
  return [...stops].map(([who, at]) => ({ at, who })).sort((a, b) => a.at - b.at);
}

/** What became of the ISR from the fault until healing, in a reader's words. */
export function isrFindings(record: Record, topology: KafkaTopology, from_at: number, until_at: number): string[] {
  const views = viewsBetween(record, topology, from_at, until_at);
  const shrunk = new Map<number, PartitionState>();
  for (const { partitions } of views)
    for (const each of partitions) {
      const least = shrunk.get(each.partition);
      if (notFull(each) && (least === undefined || each.isr.length < least.isr.length)) shrunk.set(each.partition, each);
    }
  if (shrunk.size === 0) return [];
  const worst = [...shrunk.values()].reduce((most, each) => (each.isr.length < most.isr.length ? each : most));
  const still = (views.at(-1)?.partitions ?? []).filter(notFull).length;
  const spared = [...shrunk.values()].filter((each) => !holds(each, record.victims));
  return [
    `the ISR of ${several(shrunk.size, 'partition')} shrank, at worst p${worst.partition}'s to ${shownIds(worst.isr)} of ${shownIds(worst.replicas)}${still > 0 ? `; ${still} not full again before healing` : '; all were full again before healing'}`,
    ...spared.map(
      ({ partition, isr, replicas }) =>
        `p${partition}'s ISR shrank to ${shownIds(isr)} of ${shownIds(replicas)}, though no victim holds a replica`,
    ),
  ];
}
