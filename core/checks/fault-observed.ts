import type { Drill, Observation } from '../drill.ts';
import * as etcd from '../etcd/elections.ts';
import { type Evidence, faultFrom } from '../evidence.ts';
import { activeAt, controllersElected, partitionsAt } from '../kafka/sights.ts';
import type { Line } from '../lines.ts';
import type { Record } from '../record.ts';
import { byName } from '../words.ts';
import { always, type CheckRule, doubt, pass } from './check.ts';

/** The fault really happened: the experiment completed, and what it must do was seen. */
export const faultObserved: CheckRule = {
  name: 'fault-observed',
  kind: 'assumption',
  applies: always,
  wanted: (drill) => `the experiment completed, and seen: ${drill.mustObserve.join(', ') || 'nothing more'}`,
  find: (evidence) => {
    const { experiments } = evidence.record;
    if (experiments.length === 0) return doubt('no experiment', 'nothing was injected that the record knows of');
    const other = experiments.find((experiment) => experiment.status !== 'completed');
    if (other !== undefined)
      return doubt(`experiment ${other.status}`, `only completed is completed: ${other.id} ended as ${other.status}`);
    const steps = experiments.map((experiment) => experiment.step);
    const twice = steps.find((step, index) => steps.indexOf(step) !== index);
    if (twice !== undefined)
      return doubt(`more than one experiment in step ${twice}`, 'a fault that was injected twice is not the declared one');
    if (evidence.timeline.fault_at === null) return doubt('no time of the fault', 'nothing tells when the fault began');
    const unseen = evidence.drill.mustObserve.filter((observation) => !seen(observation, evidence));
    if (unseen.length > 0) return doubt(`not seen: ${unseen.join(', ')}`, 'a fault that did not bite proves nothing');
    return pass(['completed', ...evidence.drill.mustObserve].join(', '), 'the fault bit');
  },
};

function seen(observation: Observation, evidence: Evidence): boolean {
  const { record, timeline } = evidence;
  switch (observation) {
    case 'writer-changed':
      // Writes that never came back are the worst answer to the fault, not a sign that there was none.
      return evidence.recovery?.hi_ms === null || writerChanged([...evidence.service, ...evidence.pinned], faultFrom(timeline, record));
    case 'members-lost':
      return membersLost(record, faultFrom(timeline, record));
    case 'writes-disturbed':
      return (evidence.outages?.count ?? 0) > 0 || slowed(evidence);
    case 'cut-confirmed':
      return timeline.confirmed_at !== null;
    case 'leader-changed':
      return evidence.recovery?.hi_ms === null || ledAnew(record, faultFrom(timeline, record), timeline.healing_at);
    case 'controller-changed':
      return controllerChanged(record, faultFrom(timeline, record), timeline.healing_at);
    case 'every-member-rolled':
      return everyMemberRolled(record, evidence.drill);
    case 'acknowledged-lost':
      return (evidence.ledger?.report.lost ?? 0) > 0;
    default:
      return observation satisfies never;
  }
}

/** A server that acknowledged nothing before the fault did so after it. */
function writerChanged(lines: Line[], fault_from: number): boolean {
  const acks = lines.flatMap((line) => line.lanes.flatMap((lane) => lane.servers));
  const before = new Set(acks.filter((server) => server.first_send_at < fault_from).map((server) => server.server));
  return before.size > 0 && acks.some((server) => server.first_send_at >= fault_from && !before.has(server.server));
}

/** A partition got a leader of a higher epoch than it had when the fault began, before healing elects its own; -1 is an epoch that nobody told, and no proof. */
function ledAnew(record: Record, fault_from: number, healing_at: number): boolean {
  const { topology, probe } = record;
  if (topology?.store === 'etcd') return etcd.ledAnew(record, fault_from, healing_at);
  if (topology?.store !== 'msk') return false;
  const before = partitionsAt(record, topology, fault_from).filter(({ leader_epoch }) => leader_epoch >= 0);
  const epochs = new Map(before.map(({ partition, leader_epoch }) => [partition, leader_epoch]));
  return (probe.partitions ?? []).some(
    ({ at, partition, leader, leader_epoch }) =>
      at > fault_from && at <= healing_at && leader !== null && leader_epoch > (epochs.get(partition) ?? Number.POSITIVE_INFINITY),
  );
}

/** Another controller than the one that was active when the fault began was elected before healing. */
function controllerChanged(record: Record, fault_from: number, healing_at: number): boolean {
  if (record.topology?.store !== 'msk') return false;
  const active = activeAt(record, record.topology, fault_from);
  return controllersElected(record, record.topology).some(({ at, who }) => at > fault_from && at <= healing_at && who !== active);
}

/** As many different victims as the roll has members. */
function everyMemberRolled(record: Record, drill: Drill): boolean {
  const role = { 'controller-roll': 'controller', 'member-roll': 'voter' }[drill.fault.kind as string] ?? 'broker';
  const members = (record.topology?.members ?? []).filter((member) => member.role === role).map(({ name }) => name);
  return members.length > 0 && members.every((name) => record.victims.includes(name));
}

function membersLost(record: Record, fault_from: number): boolean {
  const lost = new Set(record.events.filter((event) => event.what === 'member-lost' && event.at >= fault_from).map((event) => event.who));
  return record.victims.length > 0 && record.victims.every((victim) => lost.has(victim));
}

/** A bin after the fault whose p99 is beyond three times the worst one before it, and not by the witness's own stall. */
function slowed({ record, timeline, service }: Evidence): boolean {
  const fault_at = timeline.fault_at;
  if (fault_at === null) return false;
  const names = service.map((line) => `${line.target}/p99/${line.witness}`).sort(byName);
  return record.series.some((series) => {
    if (!names.includes(series.name)) return false;
    const points = series.points.map((point, bin) => ({ point, at: series.start_at + bin * series.bin_ms }));
    const before = points.flatMap(({ point, at }) => (point !== null && at + series.bin_ms <= fault_at ? [point] : []));
    const after = points.flatMap(({ point, at }) =>
      point !== null && at >= fault_at && !stalled(record, at, at + series.bin_ms) ? [point] : [],
    );
    return before.length > 0 && after.length > 0 && Math.max(...after) > 3 * Math.max(...before);
  });
}

function stalled(record: Record, from: number, to: number): boolean {
  return record.probe.segments.some((segment) => segment.stalls.some((stall) => stall.from < to && stall.to > from));
}
