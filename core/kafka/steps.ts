import type { Record } from '../record.ts';
import type { Mark } from '../timeline.ts';
import type { KafkaTopology, PartitionState } from '../topology.ts';
import { classOf, holds, isrAfter, notFull } from './partitions.ts';
import { partitionsAt, type View, viewsBetween } from './sights.ts';

/** From when until when, and whom it hit. */
export interface Loss {
  from_at: number;
  until_at: number;
  victims: string[];
}

/** The instants of a loss, from leaders and replicas as the probe's own metadata showed them. */
export function marksOf(record: Record, topology: KafkaTopology, { from_at, until_at, victims }: Loss): Mark[] {
  const before = new Map(partitionsAt(record, topology, from_at).map((each) => [each.partition, each]));
  const views = viewsBetween(record, topology, from_at, until_at);
  const noticed = firstFrom(views, 0, (each) => disturbed(each, before.get(each.partition)));
  const holdsAny = [...before.values()].some((partition) => holds(partition, victims));
  const led = [...before.values()].filter((partition) => classOf(partition, victims) === 'led');
  const anew = ({ partition, leader, leader_epoch }: PartitionState) =>
    leader !== null && leader_epoch > (before.get(partition)?.leader_epoch ?? leader_epoch);
  const elected = views.find(({ partitions }) =>
    led.every(({ partition }) => partitions.some((each) => each.partition === partition && anew(each))),
  );
  const shrunk = firstFrom(views, 0, notFull);
  const left = firstFrom(views, 0, (each) => !isPreferred(each));
  return [
    ['noticed: the first partition seen to change', noticed ?? (holdsAny ? 'unseen' : null)],
    ['elected: new leaders seen', led.length === 0 ? null : (elected?.at ?? 'unseen')],
    ['ISR restored', shrunk === null ? null : lastingFrom(views, shrunk, (each) => !notFull(each))],
    ['preferred leaders back', left === null ? null : lastingFrom(views, left, isPreferred)],
  ];
}

/** The instants of a return: counted from the start of what was lost, its partitions wait for min ISR. */
export function returnMarksOf(record: Record, topology: KafkaTopology, from_at: number, until_at: number): Mark[] {
  const stopped = new Set(
    topology.partitions.filter((each) => isrAfter(each, record.victims).length < topology.min_isr).map(({ partition }) => partition),
  );
  const views = viewsBetween(record, topology, from_at, until_at);
  return [
    ['min ISR reached', lastingFrom(views, from_at, ({ partition, isr }) => !stopped.has(partition) || isr.length >= topology.min_isr)],
    ['ISR restored', lastingFrom(views, from_at, (each) => !notFull(each))],
    ['preferred leaders back', lastingFrom(views, from_at, isPreferred)],
  ];
}

function disturbed(now: PartitionState, before: PartitionState | undefined): boolean {
  if (before === undefined) return false;
  return now.leader_epoch > before.leader_epoch || before.isr.some((id) => !now.isr.includes(id));
}

function isPreferred({ leader, replicas }: PartitionState): boolean {
  return leader === replicas[0];
}

/** When a partition first was so. */
function firstFrom(views: View[], from_at: number, is: (partition: PartitionState) => boolean): number | null {
  return views.find(({ at, partitions }) => at >= from_at && partitions.some(is))?.at ?? null;
}

/** From when all partitions were so until the end; unseen where they are not at the end. */
function lastingFrom(views: View[], from_at: number, is: (partition: PartitionState) => boolean): number | 'unseen' {
  let since: number | null = null;
  for (const { at, partitions } of views) if (at >= from_at) since = partitions.every(is) ? (since ?? at) : null;
  return since ?? 'unseen';
}
