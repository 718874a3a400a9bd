import type { AuroraDrill } from '../drill.ts';
import { copiesAtCommit } from '../quorum.ts';
import { admitLoss, asDeclared, type Ruling, relation, rule, targets, withinLimit } from '../ruling.ts';
import type { AuroraTopology, Member } from '../topology.ts';
import { byName, several } from '../words.ts';
import { expectRecovery, needsController } from './expectation.ts';

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
  return left(topology, victims) - writeQuorum(topology);
}

/** Every question that an Aurora drill asks of the topology, the loss last. */
export function rulings(drill: AuroraDrill, topology: AuroraTopology, victims: string[]): Ruling[] {
  const healthy = topology.members.filter((member) => member.healthy);
  const declared = drill.topology;
  const zones = new Set(topology.members.map((member) => member.zone)).size;
  return [
    oneWriter(topology),
    asDeclared([
      ['copies', topology.members.length, declared.members],
      ['zones', zones, declared.zones],
      ['write quorum', writeQuorum(topology), declared.write_quorum],
    ]),
    targets(drill, victims),
    ...(drill.fault.kind === 'zone-loss' ? [] : [somebodyToPromote(topology, healthy, victims)]),
    withinLimit(
      drill,
      topology.controller === null && needsController(drill) ? 'no controller publishes its timings' : expectRecovery(drill, topology),
    ),
    drill.negative === undefined
      ? admitLoss(
          several(topology.members.length, 'copy', 'copies'),
          'write quorum',
          writeQuorum(topology),
          healthy.length,
          healthy.length - left(topology, victims),
        )
      : losesQuorum(topology, healthy.length, left(topology, victims)),
  ];
}

function left(topology: AuroraTopology, victims: string[]): number {
  return topology.members.filter(({ name, healthy }) => healthy && !victims.includes(name)).length;
}

/** What the configuration really asks for: the weaker of the published quorum and the commit rule. */
function writeQuorum(topology: AuroraTopology): number {
  return Math.min(topology.write_quorum, copiesAtCommit(topology.commit));
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
  const readers = healthy.filter((member) => member.role === 'reader' && !victims.includes(member.name)).length;
  return rule(readers >= 1, `${several(topology.members.length, 'instance')}: readers to promote ${relation(readers, 1)}`);
}

function largestZone(members: Member[]): string | undefined {
  const zones = [...new Set(members.map((member) => member.zone))].sort(byName);
  const size = (zone: string) => members.filter((member) => member.zone === zone).length;
  return zones.reduce<string | undefined>((best, zone) => (best === undefined || size(zone) > size(best) ? zone : best), undefined);
}
