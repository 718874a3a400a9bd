import type { KafkaDrill } from '../drill.ts';
import { brokerName, type KafkaTopology } from '../topology.ts';
import { byName } from '../words.ts';
import { busiest } from './partitions.ts';

/** Names of the members that the fault would hit next; `done` were hit by the steps before. Empty where it finds no target. */
export function victimsOf({ fault }: KafkaDrill, topology: KafkaTopology, done: string[]): string[] {
  const inSync = replicasInSync(topology);
  switch (fault.kind) {
    case 'broker-restart':
      return inSync.slice(0, 1);
    case 'broker-kill':
      return atLeast(1 + fault.followers, inSync).slice(0, 1 + fault.followers);
    case 'ahead-of-followers':
      return atLeast(2, inSync);
    case 'unclean-chain':
      return atLeast(2, inSync).slice(0, 2);
    case 'broker-roll':
      return next(brokersOf(topology), done);
    case 'hasty-roll':
      return brokersOf(topology);
    case 'rack-kill': {
      const rack = topology.members.find(({ name }) => name === inSync[0])?.zone;
      return rack === undefined ? [] : namesOf(topology, 'broker', rack);
    }
    case 'controller-kill':
      return topology.active_controller === null ? [] : [topology.active_controller];
    case 'controller-roll':
      return next(controllersInTurn(topology), done);
    default:
      return fault satisfies never;
  }
}

/** How many steps a drill has: one for each member of a roll, else one. */
export function stepsOf({ fault }: KafkaDrill, topology: KafkaTopology): number {
  if (fault.kind === 'broker-roll') return brokersOf(topology).length;
  return fault.kind === 'controller-roll' ? controllersInTurn(topology).length : 1;
}

export function brokersOf(topology: KafkaTopology): string[] {
  return namesOf(topology, 'broker');
}

/** The leader of the busiest lane's partition, then its followers in sync in the order of preference, whatever the order of the ISR. */
function replicasInSync(topology: KafkaTopology): string[] {
  const partition = busiest(topology);
  if (partition === undefined || partition.leader === null) return [];
  const { leader, replicas, isr } = partition;
  return [leader, ...replicas.filter((id) => id !== leader && isr.includes(id))].map(brokerName);
}

/** The active controller last, so that the quorum elects once instead of at every step. */
function controllersInTurn(topology: KafkaTopology): string[] {
  const names = namesOf(topology, 'controller');
  const active = (name: string) => name === topology.active_controller;
  return [...names.filter((name) => !active(name)), ...names.filter(active)];
}

function namesOf({ members }: KafkaTopology, role: 'broker' | 'controller', rack?: string): string[] {
  return members
    .filter((member) => member.role === role && (rack === undefined || member.zone === rack))
    .map(({ name }) => name)
    .sort(byName);
}

function next(names: string[], done: string[]): string[] {
  return names.filter((name) => !done.includes(name)).slice(0, 1);
}

function atLeast(count: number, names: string[]): string[] {
  return names.length >= count ? names : [];
}
