import type { KafkaDrill } from '../drill.ts';
import { majority } from '../quorum.ts';
import { admitLoss, asDeclared, type Ruling, relation, rule, targets, withinLimit } from '../ruling.ts';
import { brokerName, type KafkaTopology, type Member, type PartitionState } from '../topology.ts';
import { figure, several } from '../words.ts';
import { replicationFactor } from './described.ts';
import { expectClasses } from './expectation.ts';
import { holds, isrAfter, notFull, oneAtATime, shownIds, takesWhileAway } from './partitions.ts';
import { brokersOf } from './victims.ts';

/** Partitions that are printed one by one, the worst of them; the rest are one line. */
const MOST_PRINTED = 20;

/** In-sync replicas above min ISR of the worst partition, or voters above their majority where those are fewer. */
export function marginAfter(topology: KafkaTopology, victims: string[]): number {
  const voters = votersOf(topology);
  const margins = [
    ...topology.partitions.map((partition) => isrAfter(partition, victims).length - topology.min_isr),
    ...(voters.length === 0 ? [] : [healthyWithout(voters, victims) - majority(voters.length)]),
  ];
  return margins.length === 0 ? 0 : margins.reduce((least, margin) => Math.min(least, margin));
}

/** Every question that a Kafka drill asks of the topology; partitions last, the worst of them first. */
export function rulings(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): Ruling[] {
  const declared = drill.topology;
  const racks = new Set(topology.members.filter(({ role }) => role === 'broker').map(({ zone }) => zone));
  const voters = votersOf(topology);
  return [
    asDeclared([
      ['brokers', brokersOf(topology).length, declared.brokers],
      ['racks', racks.size, declared.zones],
      // MSK keeps its controllers to itself.
      ...(voters.length === 0 ? [] : [['controllers', voters.length, declared.controllers] as [string, number, number]]),
      ['replication factor', replicationFactor(topology), declared.replication_factor],
      ['min ISR', topology.min_isr, declared.min_isr],
    ]),
    partitionsAsDeclared(topology.partitions.length, declared.partitions),
    rule(
      declared.unclean_election || !topology.unclean_election,
      `unclean election ${topology.unclean_election ? 'on' : 'off'}, declared ${declared.unclean_election ? 'on' : 'off'}`,
    ),
    targets(drill, victims),
    withinLimit(drill, victims.length === 0 ? 'no target' : (expectClasses(drill, topology, victims)[0] ?? 'no partition')),
    ...(voters.some(({ name }) => victims.includes(name)) ? [votersLeft(voters, victims)] : []),
    ...(drill.fault.kind === 'ahead-of-followers' ? [frozenUnnoticed(drill.fault.write_s * 1_000, topology)] : []),
    ...(drill.fault.kind === 'broker-roll' ? worstOf(topology.partitions.filter(notFull).map(fullIsr)) : []),
    ...partitionRulings(drill, topology, victims),
  ];
}

/** Only the declared partitions have lanes: what became of one more nobody would see. */
function partitionsAsDeclared(observed: number, declared: number): Ruling {
  return rule(
    observed === declared,
    `partitions, a lane each, ${figure(observed)} ${observed === declared ? '=' : '!='} ${figure(declared)} declared`,
  );
}

function votersOf({ members }: KafkaTopology): Member[] {
  return members.filter(({ role }) => role === 'controller');
}

function healthyWithout(members: Member[], victims: string[]): number {
  return members.filter(({ name, healthy }) => healthy && !victims.includes(name)).length;
}

function votersLeft(voters: Member[], victims: string[]): Ruling {
  const healthy = healthyWithout(voters, []);
  return admitLoss(`${voters.length} voters`, 'quorum', majority(voters.length), healthy, healthy - healthyWithout(voters, victims));
}

/** Followers that stand still for longer are fenced or leave the ISR, and then the leader is not ahead of anybody who may follow it. */
function frozenUnnoticed(frozen_ms: number, { session_timeout_ms, heartbeat_ms, lag_time_ms }: KafkaTopology): Ruling {
  const noticed_ms = Math.min(session_timeout_ms - heartbeat_ms, lag_time_ms);
  return rule(
    frozen_ms < noticed_ms,
    `followers stand still for ${figure(frozen_ms)} ms, noticed after ${figure(noticed_ms)} ms: ${figure(frozen_ms)} ${frozen_ms < noticed_ms ? '<' : '>='} ${figure(noticed_ms)}`,
  );
}

/** A partition's answer and by how much it holds. */
interface Judged {
  partition: number;
  margin: number;
  ruling: Ruling;
}

/** One for each partition that the victims hold; a negative drill asks for the partitions that it stops. */
function partitionRulings(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): Ruling[] {
  const ways = waysToLose(drill, victims);
  const judged = topology.partitions.flatMap((partition) => {
    const losses = ways.filter((way) => holds(partition, way));
    if (losses.length === 0) return [];
    const worst = losses.reduce((most, way) => (isrAfter(partition, way).length < isrAfter(partition, most).length ? way : most));
    return [onePartition(drill, topology, partition, worst, victims)];
  });
  if (drill.negative === undefined) return worstOf(judged);
  // Partitions that go on are no reason to refuse: the drill wants one at least to stop.
  const stopped = judged.filter(({ margin }) => margin < 0);
  return stopped.length > 0
    ? worstOf(stopped)
    : [rule(false, `the drill wants a partition below min ISR ${topology.min_isr}, and none would be`)];
}

/** Sets of members that are gone at the same time. */
function waysToLose({ fault }: KafkaDrill, victims: string[]): string[][] {
  if (oneAtATime(fault)) return victims.map((victim) => [victim]);
  // The followers only stand still, and are back before anybody notices.
  return [fault.kind === 'ahead-of-followers' ? victims.slice(0, 1) : victims];
}

function onePartition(drill: KafkaDrill, topology: KafkaTopology, partition: PartitionState, lost: string[], all: string[]): Judged {
  const { acks } = drill.client;
  const least = acks === 'all' ? topology.min_isr : 1;
  const judged = (gone: string[]) => {
    const ids = partition.replicas.filter((id) => gone.includes(brokerName(id))).sort((a, b) => a - b);
    const head = `topic ${topology.topic} p${partition.partition}: ISR ${shownIds(partition.isr)}, ${acks === 'all' ? `min ISR ${least}` : `acks ${acks}`}, ${ids.length === 1 ? 'victim' : 'victims'} ${ids.join(', ')}`;
    const left = isrAfter(partition, gone).length;
    return { ids, head, left, margin: left - least };
  };
  const { head, left, margin } = judged(lost);
  if (drill.negative !== undefined) {
    const wanted = `the drill wants ${left} < ${least}, which is ${margin < 0 ? 'so' : 'not so'}, and an in-sync replica kept, ${relation(left, 1)}`;
    return { partition: partition.partition, margin, ruling: rule(margin < 0 && left >= 1, `${head}: ${wanted}`) };
  }
  const together = judged(all);
  // Each alone must be one that may go, whatever comes of all of them.
  if (margin >= 0 && together.margin < 0 && takesWhileAway(drill.fault)) {
    const wanted = `the drill takes ${together.ids.length} while others are away: ${relation(together.left, least)}, which it wants`;
    return { partition: partition.partition, margin: together.margin, ruling: rule(true, `${together.head}: ${wanted}`) };
  }
  return { partition: partition.partition, margin, ruling: rule(margin >= 0, `${head}: ${relation(left, least)}`, ` (margin ${margin})`) };
}

function fullIsr({ partition, isr, replicas }: PartitionState): Judged {
  const ruling = rule(
    false,
    `p${partition}: ISR ${shownIds(isr)} of ${shownIds(replicas)}, a roll waits for all: ${relation(isr.length, replicas.length)}`,
  );
  return { partition, margin: isr.length - replicas.length, ruling };
}

/** The worst first, the lowest partition among equals; of what is not printed one line says whether all of it admits. */
function worstOf(judged: Judged[]): Ruling[] {
  const ranked = [...judged].sort((a, b) => a.margin - b.margin || a.partition - b.partition);
  const rest = ranked.slice(MOST_PRINTED);
  const printed = ranked.slice(0, MOST_PRINTED).map(({ ruling }) => ruling);
  if (rest[0] === undefined) return printed;
  const admits = rest.every(({ ruling }) => ruling.admits);
  return [...printed, rule(admits, `${several(rest.length, 'more partition')}, none of them worse: margin ${rest[0].margin} or more`)];
}
