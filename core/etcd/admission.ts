import type { EtcdDrill } from '../drill.ts';
import { admitLoss, asDeclared, type Ruling, relation, rule, targets, withinLimit } from '../ruling.ts';
import type { EtcdTopology } from '../topology.ts';
import { byName, figure, several } from '../words.ts';
import { expectRecovery } from './expectation.ts';
import { leaderFirst, leaderLast, quorumOf, votersAfter, votersOf } from './voters.ts';

/** Names of the members that the fault would hit next; `done` were hit by the steps before. Without a leader it finds nobody. */
export function victimsOf({ fault }: EtcdDrill, topology: EtcdTopology, done: string[]): string[] {
  if (topology.leader === null) return [];
  switch (fault.kind) {
    case 'leader-kill':
    case 'leader-handover':
    case 'leader-freeze':
      return [topology.leader];
    case 'member-roll':
      return leaderLast(topology)
        .filter((name) => !done.includes(name))
        .slice(0, 1);
    case 'majority-kill':
      return leaderFirst(topology).slice(0, Math.max(1, votersAfter(topology, []).length - quorumOf(topology) + 1));
    case 'voters-kill':
      return leaderFirst(topology).slice(0, fault.count);
    case 'snapshot-restore':
      return topology.members.map(({ name }) => name).sort(byName);
    default:
      return fault satisfies never;
  }
}

/** How many steps a drill has: one for each voter of a roll, else one. */
export function stepsOf({ fault }: EtcdDrill, topology: EtcdTopology): number {
  return fault.kind === 'member-roll' ? votersOf(topology).length : 1;
}

/** Voters that may still go once these members are gone; negative below quorum. */
export function marginAfter(topology: EtcdTopology, victims: string[]): number {
  return votersAfter(topology, victims).length - quorumOf(topology);
}

/** Every question that an etcd drill asks of the topology, the loss last. */
export function rulings(drill: EtcdDrill, topology: EtcdTopology, victims: string[]): Ruling[] {
  const { declared, zones } = { declared: drill.topology, zones: new Set(votersOf(topology).map(({ zone }) => zone)).size };
  return [
    oneLeader(topology),
    votersAsDeclared(votersOf(topology).length, declared.voters),
    asDeclared([
      ['learners', topology.members.length - votersOf(topology).length, declared.learners],
      ['zones', zones, declared.zones],
    ]),
    targets(drill, victims),
    withinLimit(drill, expectRecovery(drill, topology)),
    ...(drill.fault.kind === 'member-roll' ? [allHealthy(topology)] : []),
    theLoss(drill, topology, victims),
  ];
}

function theLoss(drill: EtcdDrill, topology: EtcdTopology, victims: string[]): Ruling {
  if (drill.fault.kind === 'snapshot-restore') return destroysAll(drill, topology);
  if (drill.fault.kind === 'majority-kill') return losesQuorum(topology, victims, drill.fault.returning);
  const healthy = votersAfter(topology, []).length;
  return admitLoss(several(votersOf(topology).length, 'voter'), 'quorum', quorumOf(topology), healthy, healthy - left(topology, victims));
}

function left(topology: EtcdTopology, victims: string[]): number {
  return votersAfter(topology, victims).length;
}

function oneLeader({ leader, term }: EtcdTopology): Ruling {
  return rule(leader !== null, leader === null ? `no leader in term ${term}: 0 != 1` : `1 leader, ${leader} in term ${term}: 1 = 1`);
}

/** One voter more is not stronger, only a larger quorum, so the count must be the declared one. */
function votersAsDeclared(observed: number, declared: number): Ruling {
  return rule(observed === declared, `observed against declared, voters ${observed} ${observed === declared ? '=' : '!='} ${declared}`);
}

function allHealthy(topology: EtcdTopology): Ruling {
  const [healthy, all] = [left(topology, []), votersOf(topology).length];
  return rule(healthy === all, `a roll waits for every voter, healthy ${healthy} of ${all}: ${relation(healthy, all)}`);
}

/** A negative drill: fewer than the quorum, one survivor at least, and a quorum again with those that return. */
function losesQuorum(topology: EtcdTopology, victims: string[], returning: number): Ruling {
  const [quorum, healthy, after] = [quorumOf(topology), left(topology, []), left(topology, victims)];
  const back = after + Math.min(returning, victims.length);
  const loss = `${several(votersOf(topology).length, 'voter')}, healthy ${healthy}: after losing ${healthy - after}`;
  return rule(
    after < quorum && after >= 1 && back >= quorum,
    `${loss}, the drill wants ${after} < quorum ${quorum}, which is ${after < quorum ? 'so' : 'not so'}, a survivor kept, ${relation(after, 1)}, and a quorum with the ${returning} that return, ${relation(back, quorum)}`,
  );
}

/** Not a question of quorum: nothing is left on purpose. What the snapshot holds is what a quorum held when it was saved. */
function destroysAll({ rpo_s }: EtcdDrill, topology: EtcdTopology): Ruling {
  const [quorum, healthy] = [quorumOf(topology), left(topology, [])];
  return rule(
    healthy >= quorum,
    `destroys the data of all ${several(topology.members.length, 'member')} on purpose and brings back what the snapshot holds, losing at most ${figure(rpo_s ?? 0)} s of writes; it is saved while a quorum answers, healthy ${relation(healthy, quorum)}`,
  );
}
