import { holesIn } from './coverage.ts';
import type { Drill } from './drill.ts';
import { type ExpectedClass, expectClasses } from './expectation.ts';
import { topologyAt } from './kafka/sights.ts';
import type { Line } from './lines.ts';
import type { Record } from './record.ts';
import { endsAfter, type Gap, roundOut, unseen, worst } from './recovery.ts';
import type { Expected, Interval } from './report.ts';
import type { Timeline } from './timeline.ts';

/** Lanes that the fault hits alike: what they lived through beside what they may expect. */
export interface LaneClass {
  name: string;
  lines: Line[];
  /** True where a negative drill stops them, so that recovery counts from the return of what was lost. */
  stops: boolean;
  /** null when it cannot be told. */
  recovery: Interval | null;
  expected: Expected;
}

/** What recovery is measured from. */
export interface Measured {
  drill: Drill;
  record: Record;
  timeline: Timeline;
  gaps: Gap[];
  /** From when until when a witness had to watch. */
  window: { from: number; to: number };
  /** The fault cannot have bitten before this instant, however the clocks disagree. */
  fault_from: number;
}

/** What each class may expect, by the leaders and replicas right before the fault; none where nothing can be expected. */
export function expectedClasses(drill: Drill, record: Record, { fault_at }: Timeline): ExpectedClass[] {
  if (record.topology === null) return [];
  const topology = record.topology.store === 'msk' && fault_at !== null ? topologyAt(record, record.topology, fault_at) : record.topology;
  try {
    return expectClasses(drill, topology, record.victims);
  } catch {
    return [];
  }
}

/** The classes with what their lines measured; classes without a line are left out. */
export function laneClasses(expected: ExpectedClass[], service: Line[], measured: Measured | null): LaneClass[] {
  return expected.flatMap(({ name, targets, stops = false, lo_ms, hi_ms, reasons }) => {
    const lines = service.filter((line) => targets.includes(line.target));
    if (lines.length === 0) return [];
    const recovery = measured === null ? null : recoveryOf(measured, lines, stops);
    return [{ name, lines, stops, recovery: recovery === null ? null : roundOut(recovery), expected: { lo_ms, hi_ms, reasons } }];
  });
}

/** How long these lines went without; what nobody watched may have been an outage, so it widens what was measured. */
export function recoveryOf(measured: Measured, lines: Line[], stops: boolean): Interval | null {
  const { drill, record, window } = measured;
  const interval = seenRecovery(measured, lines, stops);
  if (interval === null) return null;
  const unwatched_ms = holesIn(record, lines, window, drill.load.attempt_timeout_ms).reduce((sum, hole) => sum + hole.to - hole.from, 0);
  return { lo_ms: interval.lo_ms, hi_ms: interval.hi_ms === null ? null : interval.hi_ms + unwatched_ms };
}

function seenRecovery({ drill, record, timeline, gaps, fault_from }: Measured, lines: Line[], stops: boolean): Interval | null {
  const own = gaps.filter((gap) => lines.some((line) => line.name === gap.line));
  if (own.length === 0) return { lo_ms: 0, hi_ms: unseen(lines, record.series, fault_from) };
  if (!stops) return worst(own);
  if (timeline.returned_at === null) return null;
  return endsAfter(own, timeline.returned_at, record.probe.clock_uncertainty_ms, drill.load.attempt_timeout_ms);
}

/** Whether the class took longer than the topology predicts for it, or may have. */
export function isLate({ recovery, expected }: LaneClass): boolean {
  return recovery === null || recovery.hi_ms === null || recovery.hi_ms > expected.hi_ms;
}
