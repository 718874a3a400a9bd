import type { Event, Record } from '../record.ts';
import type { Timeline } from '../timeline.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../topology.ts';
import { several } from '../words.ts';
import { holds, notFull, shownIds } from './partitions.ts';
import { partitionsAt, sightsOf, viewsBetween } from './sights.ts';

/** A broker that was taken while a partition lacked another replica in its ISR. */
export interface TakenEarly {
  broker: string;
  partition: PartitionState;
}

/** What the stops of a roll show: how many there were, the first that came early, and what nobody saw of them, in words. */
export interface Stops {
  stops: number;
  early: TakenEarly | null;
  unseen: string | null;
}

/**
 * The brokers that the fault stopped. What the broker itself leaves behind does not count against it, since only the end of its
 * process may be on record.
 */
export function stopsSeen(record: Record, topology: KafkaTopology, { events, healing_at }: Timeline): Stops {
  const stops = stopsOf(topology, events, healing_at);
  for (const { at, who } of stops) {
    const partition = partitionsAt(record, topology, at).find(({ replicas, isr }) =>
      replicas.some((id) => !isr.includes(id) && brokerName(id) !== who),
    );
    if (partition !== undefined) return { stops: stops.length, early: { broker: who, partition }, unseen: null };
  }
  const spans = stops.map((stop, index) => ({ ...stop, until_at: stops[index + 1]?.at ?? healing_at }));
  const unseen = blindBefore(record, topology, spans[0]?.at) ?? spans.map((stop) => stayed(record, topology, stop)).find(Boolean) ?? null;
  return { stops: stops.length, early: null, unseen };
}

/** The control plane's word is none for what the probe did not see. */
function blindBefore(record: Record, { partitions }: KafkaTopology, first_at = 0): string | null {
  const looked = new Set(sightsOf(record).flatMap(({ at, partition }) => (at <= first_at ? [partition] : [])));
  const blind = partitions.find(({ partition }) => !looked.has(partition));
  return blind === undefined ? null : `no sight of p${blind.partition} before the first stop`;
}

/**
 * A broker that was never seen to leave an ISR that it belongs to: then nobody looked between its stop and the next one. Where
 * it was, and the ISR is full at the next stop, it was seen to come back as well.
 */
function stayed(record: Record, topology: KafkaTopology, stop: { at: number; who: string; until_at: number }): string | null {
  const views = [
    partitionsAt(record, topology, stop.at),
    ...viewsBetween(record, topology, stop.at, stop.until_at).map(({ partitions }) => partitions),
  ];
  const left = new Set(
    views.flatMap((view) => view.filter(({ isr }) => !isr.map(brokerName).includes(stop.who)).map(({ partition }) => partition)),
  );
  const missed = topology.partitions.find((each) => holds(each, [stop.who]) && !left.has(each.partition));
  return missed === undefined ? null : `${stop.who} stopped, and nobody saw it leave p${missed.partition}'s ISR`;
}

/** The first word of each broker's stop before healing, which stops and starts on its own account. */
function stopsOf(topology: KafkaTopology, events: Event[], healing_at: number): { at: number; who: string }[] {
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
