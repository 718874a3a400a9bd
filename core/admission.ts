import type { Drill } from './drill.ts';
import { expectRecovery, needsController } from './expectation.ts';
import { copiesAtCommit } from './quorum.ts';
import type { Decision } from './record.ts';
import type { Member, ObservedTopology } from './topology.ts';
import { byName, figure, several } from './words.ts';

/** A view of the topology older than this may not decide what is broken next. */
const OLDEST_VIEW_MS = 5_000;

/** Names of the members the fault would hit, the same for the same view; empty when the fault finds no target. */
export function victimsOf(drill: Drill, topology: ObservedTopology): string[] {
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

/** Every decision with its printed inequality; the fault is admitted only when all of them admit. */
export function admit(drill: Drill, topology: ObservedTopology, stage: Decision['stage'], at: number): Decision[] {
  const victims = victimsOf(drill, topology);
  const healthy = topology.members.filter((member) => member.healthy);
  const left = healthy.filter((member) => !victims.includes(member.name)).length;
  const margin = left - writeQuorum(topology);
  const rulings = [
    ...(stage === 'readmission' ? [freshView(at - topology.observed_at)] : []),
    oneWriter(topology),
    asDeclared(drill, topology),
    targets(drill, victims),
    ...(drill.fault.kind === 'zone-loss' ? [] : [somebodyToPromote(topology, healthy, victims)]),
    withinLimit(drill, topology),
    drill.negative === undefined
      ? admitLoss(
          several(topology.members.length, 'copy', 'copies'),
          'write quorum',
          writeQuorum(topology),
          healthy.length,
          healthy.length - left,
        )
      : losesQuorum(topology, healthy.length, left),
  ];
  return rulings.map((ruling) => ({ at, stage, admit: ruling.admits, inequality: ruling.inequality, margin, victims }));
}

/** One question of admission, answered with the arithmetic that answers it. */
export interface Ruling {
  admits: boolean;
  inequality: string;
}

/**
 * Whether a group keeps its quorum when `losing` of its `healthy` members go: k at once, a zone's worth, the leader, or one
 * at a time, which is a loss of one at every step. `group` names the members, such as `5 voters`.
 */
export function admitLoss(group: string, quorumName: string, quorum: number, healthy: number, losing: number): Ruling {
  const left = healthy - losing;
  return rule(
    left >= quorum,
    `${group}, ${quorumName} ${quorum}, healthy ${healthy}: after losing ${losing}, ${relation(left, quorum)}`,
    ` (margin ${left - quorum})`,
  );
}

function rule(admits: boolean, arithmetic: string, whenAdmitted = ''): Ruling {
  return { admits, inequality: `${arithmetic}: ${admits ? `admit${whenAdmitted}` : 'refuse'}` };
}

/** What the configuration really asks for: the weaker of the published quorum and the commit rule. */
function writeQuorum(topology: ObservedTopology): number {
  return Math.min(topology.write_quorum, copiesAtCommit(topology.commit));
}

function freshView(age_ms: number): Ruling {
  return rule(Math.abs(age_ms) <= OLDEST_VIEW_MS, `view ${figure(age_ms)} ms old: ${relation(Math.abs(age_ms), OLDEST_VIEW_MS, '<=')} ms`);
}

function oneWriter(topology: ObservedTopology): Ruling {
  const writers = topology.members.filter((member) => member.role === 'writer').length;
  return rule(writers === 1, `${several(writers, 'writer')}: ${writers} ${writers === 1 ? '=' : '!='} 1`);
}

function asDeclared(drill: Drill, topology: ObservedTopology): Ruling {
  const declared = drill.topology;
  const zones = new Set(topology.members.map((member) => member.zone)).size;
  const pairs: [string, number, number][] = [
    ['copies', topology.members.length, declared.members],
    ['zones', zones, declared.zones],
    ['write quorum', writeQuorum(topology), declared.write_quorum],
  ];
  const weaker = pairs.filter(([, observed, wanted]) => observed < wanted);
  const lines = (weaker.length === 0 ? pairs : weaker).map(([what, observed, wanted]) => `${what} ${relation(observed, wanted)}`);
  return rule(weaker.length === 0, `observed against declared, ${lines.join(', ')}`);
}

function targets(drill: Drill, victims: string[]): Ruling {
  return rule(
    victims.length >= 1,
    `${drill.fault.kind} hits ${victims.length === 0 ? 'nobody' : victims.join(', ')}: ${relation(victims.length, 1)}`,
  );
}

function losesQuorum(topology: ObservedTopology, healthy: number, left: number): Ruling {
  const write = writeQuorum(topology);
  const admits = left < write && left >= topology.read_quorum;
  const loss = `${several(topology.members.length, 'copy', 'copies')}, healthy ${healthy}: after losing ${healthy - left}`;
  return rule(
    admits,
    `${loss}, the drill wants ${left} < write quorum ${write}, which is ${left < write ? 'so' : 'not so'}, and read quorum kept, ${relation(left, topology.read_quorum)}`,
  );
}

function somebodyToPromote(topology: ObservedTopology, healthy: Member[], victims: string[]): Ruling {
  const readers = healthy.filter((member) => member.role === 'reader' && !victims.includes(member.name)).length;
  return rule(readers >= 1, `${several(topology.members.length, 'instance')}: readers to promote ${relation(readers, 1)}`);
}

function withinLimit(drill: Drill, topology: ObservedTopology): Ruling {
  const limit_ms = drill.limits.recovery_ms;
  if (topology.controller === null && needsController(drill))
    return rule(false, `expected recovery unknown, limit ${figure(limit_ms)} ms: no controller publishes its timings`);
  const { hi_ms } = expectRecovery(drill, topology);
  return rule(
    hi_ms <= limit_ms,
    `expected recovery at most ${figure(hi_ms)} ms, limit ${figure(limit_ms)} ms: ${relation(hi_ms, limit_ms, '<=')}`,
  );
}

function relation(got: number, wanted: number, holds: '>=' | '<=' = '>='): string {
  const fine = holds === '>=' ? got >= wanted : got <= wanted;
  return `${figure(got)} ${fine ? holds : holds === '>=' ? '<' : '>'} ${figure(wanted)}`;
}

function largestZone(members: Member[]): string | undefined {
  const zones = [...new Set(members.map((member) => member.zone))].sort(byName);
  const size = (zone: string) => members.filter((member) => member.zone === zone).length;
  return zones.reduce<string | undefined>((best, zone) => (best === undefined || size(zone) > size(best) ? zone : best), undefined);
}
