import * as aurora from './aurora/admission.ts';
import type { Drill } from './drill.ts';
import * as etcd from './etcd/admission.ts';
import * as kafka from './kafka/admission.ts';
import * as kafkaVictims from './kafka/victims.ts';
import type { Decision } from './record.ts';
import { freshView, type Ruling } from './ruling.ts';
import type { ObservedTopology } from './topology.ts';

/**
 * Names of the members the fault would hit next, the same for the same view; empty when it finds no target. `done` are the
 * victims of the steps before, in a drill that rolls.
 */
export function victimsOf(drill: Drill, topology: ObservedTopology, done: string[] = []): string[] {
  if (drill.store === 'aurora') return topology.store === 'aurora' ? aurora.victimsOf(drill, topology) : [];
  if (drill.store === 'etcd') return topology.store === 'etcd' ? etcd.victimsOf(drill, topology, done) : [];
  return topology.store === 'msk' ? kafkaVictims.victimsOf(drill, topology, done) : [];
}

/** Every decision with its printed inequality; the fault is admitted only when all of them admit. */
export function admit(drill: Drill, topology: ObservedTopology, stage: Decision['stage'], at: number, done: string[] = []): Decision[] {
  const victims = victimsOf(drill, topology, done);
  const margin = marginAfter(topology, victims);
  const rulings = [...(stage === 'readmission' ? [freshView(at - topology.observed_at)] : []), ...rulingsOf(drill, topology, victims)];
  return rulings.map(({ admits, inequality }) => ({
    at,
    stage,
    admit: admits,
    inequality,
    margin,
    victims,
    ...(stage === 'readmission' && done.length > 0 ? { step: done.length } : {}),
  }));
}

/** How many steps the drill has on this topology, one experiment each: one for each member of a roll, else one. */
export function stepsOf(drill: Drill, topology: ObservedTopology): number {
  if (drill.store === 'etcd' && topology.store === 'etcd') return etcd.stepsOf(drill, topology);
  return drill.store === 'msk' && topology.store === 'msk' ? kafkaVictims.stepsOf(drill, topology) : 1;
}

/** Failures still tolerated once these members are gone, of the worst group that writes; negative below what it needs. */
export function marginAfter(topology: ObservedTopology, victims: string[]): number {
  if (topology.store === 'etcd') return etcd.marginAfter(topology, victims);
  return topology.store === 'aurora' ? aurora.marginAfter(topology, victims) : kafka.marginAfter(topology, victims);
}

function rulingsOf(drill: Drill, topology: ObservedTopology, victims: string[]): Ruling[] {
  if (drill.store === 'aurora' && topology.store === 'aurora') return aurora.rulings(drill, topology, victims);
  if (drill.store === 'msk' && topology.store === 'msk') return kafka.rulings(drill, topology, victims);
  if (drill.store === 'etcd' && topology.store === 'etcd') return etcd.rulings(drill, topology, victims);
  return [{ admits: false, inequality: `the drill is for ${drill.store}, the topology is of ${topology.store}: refuse` }];
}
