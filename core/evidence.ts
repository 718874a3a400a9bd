import { type Hole, holesIn } from './coverage.ts';
import type { Drill } from './drill.ts';
import { expectRecovery } from './expectation.ts';
import { type Ledger, ledgerOf } from './ledger-report.ts';
import { type Line, linesOf } from './lines.ts';
import type { Record } from './record.ts';
import { endsAfter, mustWatchUntil, type Outages, outagesSince, roundOut, unseen, worst } from './recovery.ts';
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
  /** How long clients went without; in a negative drill from the return of what was lost. null when it cannot be told. */
  recovery: Interval | null;
  /** How long writes stopped, counted from when they stopped. */
  stopped: Interval | null;
  expected: Expected | null;
  ledger: Ledger | null;
}

/** Reads a record with the eyes of its drill. */
export function evidenceOf(drill: Drill, record: Record): Evidence {
  const timeline = timelineOf(record);
  const service = linesOf(record, 'service');
  const seen = timeline.fault_at !== null && service.length > 0;
  const outages = seen ? outagesSince(service, faultFrom(timeline, record), drill.load.attempt_timeout_ms) : null;
  const watch = outages === null ? null : watchOf(drill, record, timeline, service, outages);
  return {
    drill,
    record,
    timeline,
    service,
    reads: linesOf(record, 'read'),
    pinned: linesOf(record, 'pinned'),
    outages,
    watch,
    recovery: outages === null || watch === null ? null : recoveryOf(drill, record, timeline, outages, service, watch.holes),
    stopped: outages === null ? null : roundOut(worst(outages.gaps)),
    expected: expectedOf(drill, record),
    ledger: ledgerOf(drill, record),
  };
}

/** The fault cannot have bitten before this instant, however the clocks disagree. */
export function faultFrom(timeline: Timeline, record: Record): number {
  return (timeline.fault_at ?? 0) - record.probe.clock_uncertainty_ms;
}

/** Watching starts this long before the fault, so that the last healthy writes are on record. */
const LEAD_MS = 1_000;

function watchOf(drill: Drill, record: Record, timeline: Timeline, service: Line[], outages: Outages): Evidence['watch'] {
  const fault_at = timeline.fault_at ?? 0;
  const counts_from = drill.negative === undefined ? fault_at : (timeline.returned_at ?? fault_at);
  const window = { from: fault_at - LEAD_MS, to: mustWatchUntil(drill, outages.gaps, fault_at, counts_from) };
  return { window, holes: holesIn(record, service, window, drill.load.attempt_timeout_ms) };
}

/** What nobody watched may have been an outage, so it widens what was measured. */
function recoveryOf(drill: Drill, record: Record, timeline: Timeline, outages: Outages, service: Line[], holes: Hole[]): Interval | null {
  const measured = measuredRecovery(drill, record, timeline, outages, service);
  if (measured === null) return null;
  const unwatched_ms = holes.reduce((sum, hole) => sum + hole.to - hole.from, 0);
  return roundOut({ lo_ms: measured.lo_ms, hi_ms: measured.hi_ms === null ? null : measured.hi_ms + unwatched_ms });
}

function measuredRecovery(drill: Drill, record: Record, timeline: Timeline, outages: Outages, service: Line[]): Interval | null {
  if (outages.gaps.length === 0) return { lo_ms: 0, hi_ms: unseen(service, record.series, faultFrom(timeline, record)) };
  if (drill.negative === undefined) return worst(outages.gaps);
  if (timeline.returned_at === null) return null;
  return endsAfter(outages.gaps, timeline.returned_at, record.probe.clock_uncertainty_ms, drill.load.attempt_timeout_ms);
}

function expectedOf(drill: Drill, record: Record): Expected | null {
  if (record.topology === null) return null;
  try {
    return expectRecovery(drill, record.topology, record.victims);
  } catch {
    return null;
  }
}
