import { type Hole, holesIn } from './coverage.ts';
import type { Drill } from './drill.ts';
import { expectedClasses, type LaneClass, laneClasses, type Measured, recoveryOf } from './lane-classes.ts';
import { type Ledger, ledgerOf } from './ledger-report.ts';
import { type Line, linesOf } from './lines.ts';
import type { Record } from './record.ts';
import { mustWatchUntil, type Outages, outagesSince, roundOut, worst } from './recovery.ts';
import type { Expected, Interval } from './report.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** Everything that the checks ask about, computed once from one record. */
export interface Evidence {
  drill: Drill;
  record: Record;
  timeline: Timeline;
  service: Line[];
  reads: Line[];
  pinned: Line[];
  /** null when no instant of the fault is known or no lane went through the service endpoint. */
  outages: Outages | null;
  /** From when until when a witness had to watch, and when none did; null as for outages. */
  watch: { window: Hole; holes: Hole[] } | null;
  /** Lanes that the fault hits alike, the one that may expect the worst first; empty where nothing can be expected. */
  classes: LaneClass[];
  /** How long clients of the worst class went without; of lanes that the drill stops, from the return of what was lost. null when it cannot be told. */
  recovery: Interval | null;
  /** The lanes that a negative drill stops. */
  stopping: Line[];
  /** How long writes stopped, counted from when they stopped. */
  stopped: Interval | null;
  /** What the class that recovered last may expect. */
  expected: Expected | null;
  ledger: Ledger | null;
}

/** Reads a record with the eyes of its drill. */
export function evidenceOf(drill: Drill, record: Record): Evidence {
  const timeline = timelineOf(record);
  const service = linesOf(record, 'service');
  const fault_from = faultFrom(timeline, record);
  const seen = timeline.fault_at !== null && service.length > 0;
  const { attempt_timeout_ms } = drill.load;
  const over_at = overAt(timeline, record);
  const outages = seen ? outagesSince(service, fault_from, attempt_timeout_ms, roundsFrom(timeline, record), over_at) : null;
  const watch = outages === null ? null : watchOf(drill, record, timeline, service, outages);
  const measured =
    outages === null || watch === null ? null : { drill, record, timeline, gaps: outages.gaps, window: watch.window, fault_from };
  const expected = expectedClasses(drill, record, timeline);
  const classes = laneClasses(expected, service, measured);
  const stopping = stoppingOf(drill, expected.length === 0 ? null : classes, service);
  return {
    drill,
    record,
    timeline,
    service,
    reads: linesOf(record, 'read'),
    pinned: linesOf(record, 'pinned'),
    outages,
    watch,
    classes,
    recovery: measured === null ? null : worstRecovery(measured, classes, service, stopping),
    stopping,
    stopped: outages === null ? null : stoppedFor(drill, outages, stopping),
    expected: lastBack(classes)?.expected ?? expected[0] ?? null,
    ledger: ledgerOf(drill, record),
  };
}

/** The fault cannot have bitten before this instant, however the clocks disagree. */
export function faultFrom(timeline: Timeline, record: Record): number {
  return (timeline.fault_at ?? 0) - record.probe.clock_uncertainty_ms;
}

/** Watching is over once the drill is halted, however the clocks disagree. */
export function overAt({ events }: Timeline, { probe }: Record): number {
  return (events.find(({ what }) => what === 'halted')?.at ?? Number.POSITIVE_INFINITY) + probe.clock_uncertainty_ms;
}

function roundsFrom({ rounds }: Timeline, { probe }: Record): number[] {
  return rounds.map((at) => at - probe.clock_uncertainty_ms);
}

/** Watching starts this long before the fault, so that the last healthy writes are on record. */
const LEAD_MS = 1_000;

function watchOf(drill: Drill, record: Record, timeline: Timeline, service: Line[], outages: Outages): Evidence['watch'] {
  const fault_at = timeline.fault_at ?? 0;
  const counts_from = drill.negative === undefined ? fault_at : (timeline.returned_at ?? fault_at);
  // A roll is watched for as long after its last step as any fault after its only one.
  const last_at = timeline.rounds.length > 1 ? Math.max(...timeline.rounds) : fault_at;
  const window = { from: fault_at - LEAD_MS, to: mustWatchUntil(drill, outages.gaps, last_at, counts_from) };
  return { window, holes: holesIn(record, service, window, drill.load.attempt_timeout_ms) };
}

/** Of all classes the worst, and of lanes that belong to none. */
function worstRecovery(measured: Measured, classes: LaneClass[], service: Line[], stopping: Line[]): Interval | null {
  const rest = service.filter((line) => !classes.some(({ lines }) => lines.includes(line)));
  const others = rest.length === 0 ? [] : [recoveryOf(measured, rest, stopping.includes(rest[0] as Line))];
  const known = [...classes.map(({ recovery }) => recovery), ...others].filter((interval) => interval !== null);
  return known.length === classes.length + others.length ? roundOut(worst(known)) : null;
}

/** Without an expectation nobody knows which lanes go on, so all of them count. */
function stoppingOf(drill: Drill, classes: LaneClass[] | null, service: Line[]): Line[] {
  if (drill.negative === undefined) return [];
  return classes === null ? service : classes.filter(({ stops }) => stops).flatMap(({ lines }) => lines);
}

function stoppedFor({ negative }: Drill, { gaps }: Outages, stopping: Line[]): Interval {
  const names = new Set(stopping.map(({ name }) => name));
  return roundOut(worst(negative === undefined ? gaps : gaps.filter((gap) => names.has(gap.line))));
}

/** The class whose recovery has the greatest upper bound, the one that never recovered before all others. */
function lastBack(classes: LaneClass[]): LaneClass | undefined {
  const end = ({ recovery }: LaneClass) => recovery?.hi_ms ?? Number.POSITIVE_INFINITY;
  return classes.reduce<LaneClass | undefined>((last, each) => (last === undefined || end(each) > end(last) ? each : last), undefined);
}
