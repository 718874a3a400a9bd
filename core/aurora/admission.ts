import type { AuroraDrill } from '../drill.ts';
import { admitLoss, asDeclared, type Ruling, relation, rule, targets, withinLimit } from '../ruling.ts';
import type { AuroraTopology, Member } from '../topology.ts';
import { byName, several } from '../words.ts';
import { countedPairs, membersText, writeQuorum } from './described.ts';
import { expectRecovery, unknownBecause } from './expectation.ts';

/** Names of the members the fault would hit, the same for the same view; empty when the fault finds no target. */
export function victimsOf(drill: AuroraDrill, topology: AuroraTopology): string[] {
  const writers = topology.members.filter((member) => member.role === 'writer');
  if (drill.fault.kind !== 'zone-loss') return writers.map((member) => member.name);
  const held = new Set(writers.map((member) => member.zone));
  const zone = largestZone(topology.members.filter((member) => !held.has(member.zone)));
  if (zone === undefined) return [];
  const elsewhere = topology.members.filter((member) => member.zone !== zone && member.role === 'reader' && member.healthy);
  const inZone = topology.members.filter((member) => member.zone === zone);
  const extra = elsewhere.sort((a, b) => byName(a.name, b.name)).slice(0, drill.fault.plus_copies);
  return [...inZone, ...extra].map((member) => member.name).sort(byName);
}

/** Failures still tolerated once these members are gone; negative below the write quorum. */
export function marginAfter(topology: AuroraTopology, victims: string[]): number {
  return left(topology, victims) - needed(topology);
}

/** Every question that an Aurora drill asks of the topology, the loss last. */
export function rulings(drill: AuroraDrill, topology: AuroraTopology, victims: string[]): Ruling[] {
  const healthy = topology.members.filter((member) => member.healthy);
  return [
    oneWriter(topology),
    asDeclared(countedPairs(drill.topology, topology)),
    targets(drill, victims),
    ...(drill.fault.kind === 'zone-loss' ? [] : [somebodyToPromote(topology, healthy, victims)]),
    ...(topology.managed === undefined || drill.fault.kind === 'zone-loss' ? [] : [elsewhere(topology, healthy, victims)]),
    withinLimit(drill, unknownBecause(drill, topology) ?? expectRecovery(drill, topology)),
    drill.negative === undefined
      ? admitLoss(
          membersText(topology),
          topology.managed === undefined ? 'write quorum' : 'to write it takes',
          needed(topology),
          healthy.length,
          healthy.length - left(topology, victims),
        )
      : losesQuorum(topology, healthy.length, left(topology, victims)),
  ];
}

function left(topology: AuroraTopology, victims: string[]): number {
  return topology.members.filter(({ name, healthy }) => healthy && !victims.includes(name)).length;
}

/** Members that writing takes: of copies the write quorum, of instances over a storage of their own just one. */
function needed(topology: AuroraTopology): number {
  return topology.managed === undefined ? writeQuorum(topology) : 1;
}

function oneWriter(topology: AuroraTopology): Ruling {
  const writers = topology.members.filter((member) => member.role === 'writer').length;
  return rule(writers === 1, `${several(writers, 'writer')}: ${writers} ${writers === 1 ? '=' : '!='} 1`);
}

function losesQuorum(topology: AuroraTopology, healthy: number, left: number): Ruling {
  const write = writeQuorum(topology);
  const admits = left < write && left >= topology.read_quorum;
  const loss = `${several(topology.members.length, 'copy', 'copies')}, healthy ${healthy}: after losing ${healthy - left}`;
  return rule(
    admits,
    `${loss}, the drill wants ${left} < write quorum ${write}, which is ${left < write ? 'so' : 'not so'}, and read quorum kept, ${relation(left, topology.read_quorum)}`,
  );
}

function somebodyToPromote(topology: AuroraTopology, healthy: Member[], victims: string[]): Ruling {
  const readers = readersLeft(healthy, victims);
  const tiers = readers.some(({ promotion_tier }) => promotion_tier !== undefined) ? ` (${inOrder(readers)})` : '';
  return rule(
    readers.length >= 1,
    `${several(topology.members.length, 'instance')}: readers to promote${tiers} ${relation(readers.length, 1)}`,
  );
}

/** A reader beside the writer would be lost with its zone, and a failover inside one zone shows less. */
function elsewhere(topology: AuroraTopology, healthy: Member[], victims: string[]): Ruling {
  const lost = new Set(topology.members.filter(({ name }) => victims.includes(name)).map(({ zone }) => zone));
  const readers = readersLeft(healthy, victims).filter(({ zone }) => !lost.has(zone)).length;
  return rule(readers >= 1, `readers outside ${[...lost].sort(byName).join(', ') || "the writer's zone"} ${relation(readers, 1)}`);
}

function readersLeft(healthy: Member[], victims: string[]): Member[] {
  return healthy.filter((member) => member.role === 'reader' && !victims.includes(member.name));
}

/** By tier, the one that Aurora promotes first at the front; among equals it goes by size, which is not asked. */
function inOrder(readers: Member[]): string {
  const tier = ({ promotion_tier }: Member) => promotion_tier ?? Number.POSITIVE_INFINITY;
  const sorted = [...readers].sort((a, b) => tier(a) - tier(b) || byName(a.name, b.name));
  return sorted.map((each) => `${each.name} tier ${each.promotion_tier ?? 'unknown'}`).join(', ');
}

function largestZone(members: Member[]): string | undefined {
  const zones = [...new Set(members.map((member) => member.zone))].sort(byName);
  const size = (zone: string) => members.filter((member) => member.zone === zone).length;
  return zones.reduce<string | undefined>((best, zone) => (best === undefined || size(zone) > size(best) ? zone : best), undefined);
}
