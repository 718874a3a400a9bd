import type { KafkaDrill } from '../drill.ts';
import { majority } from '../quorum.ts';
import { admitLoss, asDeclared, type Ruling, relation, rule, targets, withinLimit } from '../ruling.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../topology.ts';
import { byName } from '../words.ts';
import { expectClasses } from './expectation.ts';
import { busiest, isrAfter, oneAtATime, shownIds } from './partitions.ts';

/** Names of the members that the fault would hit next; `done` were hit by the steps before. */
export function victimsOf({ fault }: KafkaDrill, topology: KafkaTopology, done: string[]): string[] {
  const first = busiest(topology);
  const replicas = first === undefined ? [] : [first.leader, ...first.isr.filter((id) => id !== first.leader)].filter((id) => id !== null);
  const named = (ids: number[]) => ids.map(brokerName);
  switch (fault.kind) {
    case 'broker-restart':
      return named(replicas.slice(0, 1));
    case 'broker-kill':
      return replicas.length > fault.followers ? named(replicas.slice(0, 1 + fault.followers)) : [];
    case 'ahead-of-followers':
    case 'unclean-chain':
      return named(replicas);
    case 'broker-roll':
      return brokersOf(topology)
        .filter((name) => !done.includes(name))
        .slice(0, 1);
    case 'hasty-roll':
      return brokersOf(topology);
    case 'rack-kill': {
      const rack = topology.members.find(({ name }) => name === named(replicas)[0])?.zone;
      return topology.members.filter(({ role, zone }) => role === 'broker' && zone === rack).map(({ name }) => name);
    }
    case 'controller-kill':
      return topology.active_controller === null ? [] : [topology.active_controller];
    case 'controller-roll':
      return controllersInTurn(topology)
        .filter((name) => !done.includes(name))
        .slice(0, 1);
    default:
      return fault satisfies never;
  }
}

/** How many steps a drill has: one for each member of a roll, else one. */
export function stepsOf({ fault }: KafkaDrill, topology: KafkaTopology): number {
  if (fault.kind === 'broker-roll') return brokersOf(topology).length;
  return fault.kind === 'controller-roll' ? controllersInTurn(topology).length : 1;
}

/** In-sync replicas above min ISR of the worst partition, or voters above their majority where those are fewer. */
export function marginAfter(topology: KafkaTopology, victims: string[]): number {
  const voters = topology.members.filter(({ role }) => role === 'controller');
  const left = voters.filter(({ name, healthy }) => healthy && !victims.includes(name)).length;
  return Math.min(
    ...topology.partitions.map((partition) => isrAfter(partition, victims).length - topology.min_isr),
    ...(voters.length === 0 ? [] : [left - majority(voters.length)]),
  );
}

/** Every question that a Kafka drill asks of the topology; partitions last, the worst of them first. */
export function rulings(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): Ruling[] {
  const declared = drill.topology;
  const racks = new Set(topology.members.filter(({ role }) => role === 'broker').map(({ zone }) => zone));
  const voters = topology.members.filter(({ role }) => role === 'controller');
  return [
    asDeclared([
      ['brokers', brokersOf(topology).length, declared.brokers],
      ['racks', racks.size, declared.zones],
      // MSK keeps its controllers to itself.
      ...(voters.length === 0 ? [] : [['controllers', voters.length, declared.controllers] as [string, number, number]]),
      ['partitions', topology.partitions.length, declared.partitions],
      ['replication factor', Math.min(...topology.partitions.map(({ replicas }) => replicas.length)), declared.replication_factor],
      ['min ISR', topology.min_isr, declared.min_isr],
    ]),
    rule(
      declared.unclean_election || !topology.unclean_election,
      `unclean election ${topology.unclean_election ? 'on' : 'off'}, declared ${declared.unclean_election ? 'on' : 'off'}`,
    ),
    targets(drill, victims),
    withinLimit(drill, victims.length === 0 ? 'no target' : (expectClasses(drill, topology, victims)[0] ?? 'no partition')),
    ...(victims.some((name) => voters.some((voter) => voter.name === name)) ? [votersLeft(topology, victims)] : []),
    ...partitionRulings(drill, topology, victims),
  ];
}

function votersLeft(topology: KafkaTopology, victims: string[]): Ruling {
  const voters = topology.members.filter(({ role }) => role === 'controller');
  const healthy = voters.filter((voter) => voter.healthy);
  const losing = healthy.filter(({ name }) => victims.includes(name)).length;
  return admitLoss(`${voters.length} voters`, 'quorum', majority(voters.length), healthy.length, losing);
}

/** One for each partition that the victims hold, worst first; a negative drill asks for the partitions that it stops. */
function partitionRulings(drill: KafkaDrill, topology: KafkaTopology, victims: string[]): Ruling[] {
  const ways = oneAtATime(drill.fault)
    ? victims.map((victim) => [victim])
    : [drill.fault.kind === 'ahead-of-followers' ? victims.slice(0, 1) : victims];
  const worst = topology.partitions.flatMap((partition) => {
    const losses = ways.filter((way) => partition.replicas.some((id) => way.includes(brokerName(id))));
    const ranked = losses.sort((a, b) => isrAfter(partition, a).length - isrAfter(partition, b).length);
    return ranked[0] === undefined ? [] : [{ partition, lost: ranked[0] }];
  });
  const wantsLoss = drill.negative !== undefined;
  const judged = worst
    .map(({ partition, lost }) => ({ left: isrAfter(partition, lost).length, ...onePartition(drill, topology, partition, lost) }))
    .sort((a, b) => a.left - b.left);
  const full = drill.fault.kind === 'broker-roll' ? topology.partitions.filter(notFull).map(fullIsr) : [];
  if (!wantsLoss) return [...full, ...judged];
  // Partitions that go on are no reason to refuse: the drill wants one at least to stop.
  const stopped = judged.filter(({ left }) => left < topology.min_isr);
  return stopped.length > 0 ? stopped : [rule(false, `the drill wants a partition below min ISR ${topology.min_isr}, and none would be`)];
}

function onePartition(drill: KafkaDrill, topology: KafkaTopology, partition: PartitionState, lost: string[]): Ruling {
  const left = isrAfter(partition, lost).length;
  const ids = lost.filter((name) => partition.replicas.some((id) => brokerName(id) === name)).map((name) => Number(name.slice(7)));
  const least = drill.client.acks === 'all' ? topology.min_isr : 1;
  const head = `topic ${topology.topic} p${partition.partition}: ISR ${shownIds(partition.isr)}, ${drill.client.acks === 'all' ? `min ISR ${least}` : `acks ${drill.client.acks}`}, ${ids.length === 1 ? 'victim' : 'victims'} ${ids.join(', ')}`;
  if (drill.negative === undefined) return rule(left >= least, `${head}: ${relation(left, least)}`);
  return rule(
    left < least && left >= 1,
    `${head}: the drill wants ${left} < ${least}, which is ${left < least ? 'so' : 'not so'}, and an in-sync replica kept, ${relation(left, 1)}`,
  );
}

function notFull({ isr, replicas }: PartitionState): boolean {
  return isr.length < replicas.length;
}

function fullIsr({ partition, isr, replicas }: PartitionState): Ruling {
  return rule(
    false,
    `p${partition}: ISR ${shownIds(isr)} of ${shownIds(replicas)}, a roll waits for all: ${relation(isr.length, replicas.length)}`,
  );
}

function brokersOf(topology: KafkaTopology): string[] {
  return topology.members
    .filter(({ role }) => role === 'broker')
    .map(({ name }) => name)
    .sort(byName);
}

/** The active controller last, so that the quorum elects once instead of at every step. */
function controllersInTurn({ members, active_controller }: KafkaTopology): string[] {
  const names = members
    .filter(({ role }) => role === 'controller')
    .map(({ name }) => name)
    .sort(byName);
  return [...names.filter((name) => name !== active_controller), ...names.filter((name) => name === active_controller)];
}
