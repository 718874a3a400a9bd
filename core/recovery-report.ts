import { stepsIn as etcdSteps } from './etcd/steps.ts';
import type { Evidence } from './evidence.ts';
import { roundOut } from './recovery.ts';
import type { Recovery, Report } from './report.ts';
import { stepsOf } from './timeline.ts';

/** The recovery part of a report; null when recovery or its expectation cannot be told. */
export function recoveryReport(evidence: Evidence): Recovery | null {
  const { drill, record, timeline, service, outages, recovery, stopped } = evidence;
  if (outages === null || recovery === null || evidence.expected === null || timeline.fault_at === null) return null;
  const expected = { lo_ms: evidence.expected.lo_ms, hi_ms: evidence.expected.hi_ms };
  const counts_from = drill.negative === undefined ? timeline.fault_at : (timeline.returned_at ?? timeline.fault_at);
  const ends = outages.gaps.map((gap) => gap.end?.[1] ?? null);
  const firstOk_at = ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0));
  return {
    ...recovery,
    expected,
    limit_ms: drill.limits.recovery_ms,
    probe_period_ms: Math.max(0, ...service.flatMap((line) => line.lanes.map((lane) => lane.period_ms))),
    longest_stall_ms: Math.max(0, ...record.probe.segments.map((segment) => segment.longest_stall_ms)),
    // Writes through one endpoint to one writer: every lane is hit alike, so there is one class.
    classes: [{ name: 'writes', lanes: service.reduce((sum, line) => sum + line.lanes.length, 0), ...recovery, expected }],
    steps: drill.store === 'etcd' ? etcdSteps(evidence) : stepsOf(timeline.events, counts_from, firstOk_at),
    ...(drill.negative === undefined || stopped === null ? {} : { stopped }),
    outages: { count: outages.count, longest_ms: roundOut(outages.longest_ms), total_ms: roundOut(outages.total_ms) },
  };
}

/** Failures still tolerated, before the fault and at the worst moment after it; null where nothing was measured. */
export function marginOf({ record, timeline }: Evidence): Report['margin'] {
  const fault_at = timeline.fault_at;
  const points = record.series
    .filter((series) => series.name === 'margin')
    .flatMap((series) =>
      series.points.flatMap((margin, bin) => (margin === null ? [] : [{ until: series.start_at + (bin + 1) * series.bin_ms, margin }])),
    )
    .sort((a, b) => a.until - b.until || b.margin - a.margin);
  const before = points.filter((point) => fault_at === null || point.until <= fault_at);
  return { before: before.at(-1)?.margin ?? null, min: points.length === 0 ? null : Math.min(...points.map((point) => point.margin)) };
}
