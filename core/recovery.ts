import type { Drill } from './drill.ts';
import type { Line } from './lines.ts';
import type { Outage, Series, Span } from './record.ts';
import type { Interval } from './report.ts';

/** Clean writes for this long make an outage over; outages closer together are one recovery. */
export const HEALTHY_MS = 10_000;

/** Outages of one line that no healthy run separates: one stretch in which clients could not rely on writes. */
export interface Gap extends Interval {
  line: string;
  /** Which step of a roll it began in, from 0; outages of different steps are never one gap. */
  round: number;
  start: Span;
  /** null when no write was acknowledged after it. */
  end: Span | null;
  /** Last instant at which the line still watched. */
  watched_until: number;
}

/** What the lines of a kind lived through from the fault on. */
export interface Outages {
  gaps: Gap[];
  count: number;
  longest_ms: Interval;
  total_ms: Interval;
}

/**
 * Outages that may have begun at `from_at` or later, those proven older left out, as gaps and as sums of the worst line.
 * `rounds` are the starts of a roll's steps; at `over_at` watching was over.
 */
export function outagesSince(
  lines: Line[],
  from_at: number,
  attempt_timeout_ms: number,
  rounds: number[] = [],
  over_at = Number.POSITIVE_INFINITY,
): Outages {
  const perLine = lines.map((line) => {
    const outages = line.outages.filter(
      (outage, index) => outage.start[1] >= from_at && !isPast(line, index, { from_at, over_at, attempt_timeout_ms }),
    );
    const lengths = outages.map((outage) => lengthOf(outage.start, outage.end, line.last_done_at - attempt_timeout_ms));
    return { gaps: chain(line, outages, attempt_timeout_ms, rounds), count: outages.length, longest: worst(lengths), total: sum(lengths) };
  });
  return {
    gaps: perLine.flatMap((each) => each.gaps),
    count: Math.max(0, ...perLine.map((each) => each.count)),
    longest_ms: worst(perLine.map((each) => each.longest)),
    total_ms: worst(perLine.map((each) => each.total)),
  };
}

/**
 * The worst of several intervals: the longest true length lies between the greatest lower and the greatest upper bound.
 * Nothing at all is an interval of no length.
 */
export function worst(intervals: Interval[]): Interval {
  const open = intervals.some((interval) => interval.hi_ms === null);
  return {
    lo_ms: Math.max(0, ...intervals.map((each) => each.lo_ms)),
    hi_ms: open ? null : Math.max(0, ...intervals.map((each) => each.hi_ms ?? 0)),
  };
}

/** Bounds to a tenth of a millisecond, rounded away from each other so that the truth stays inside. */
export function roundOut(interval: Interval): Interval {
  return { lo_ms: Math.floor(interval.lo_ms * 10) / 10, hi_ms: interval.hi_ms === null ? null : Math.ceil(interval.hi_ms * 10) / 10 };
}

/** The time from `from_at` to the end of each gap: how a negative drill counts, from the return of what was lost. */
export function endsAfter(gaps: Gap[], from_at: number, uncertainty_ms: number, attempt_timeout_ms: number): Interval {
  return worst(
    gaps.map((gap) => ({
      lo_ms: Math.max(0, (gap.end?.[0] ?? gap.watched_until - attempt_timeout_ms) - from_at - uncertainty_ms),
      hi_ms: gap.end === null ? null : Math.max(0, gap.end[1] - from_at + uncertainty_ms),
    })),
  );
}

/**
 * The longest outage that can hide where no write went wrong: a period and the slowest answer from `from_at` on, since a
 * service that stands still for less than an attempt's time only answers late. The p99 counts from the planned send and a
 * bin holds few writes, so its worst, with the 2 % of its buckets, is the slowest of all.
 */
export function unseen(lines: Line[], series: Series[], from_at: number): number {
  const period_ms = Math.max(0, ...lines.flatMap((line) => line.lanes.map((lane) => lane.period_ms)));
  const usual_ms = Math.max(0, ...lines.flatMap((line) => line.lanes.map((lane) => lane.round_trip_p50_ms ?? 0)));
  const names = new Set(lines.map((line) => `${line.target}/p99/${line.witness}`));
  const slowest_ms = series
    .filter((each) => names.has(each.name))
    .flatMap((each) => each.points.filter((_, bin) => each.start_at + (bin + 1) * each.bin_ms > from_at))
    .reduce<number>((most, point) => Math.max(most, (point ?? 0) * 1.02), 0);
  return period_ms + Math.max(usual_ms, slowest_ms);
}

/** Until when the witnesses must have watched, `last_at` being the last step's start: past the worst gap and a healthy run, or as long as the limit where it never ended. */
export function mustWatchUntil(drill: Drill, gaps: Gap[], last_at: number, counts_from: number): number {
  const ends = gaps.map((gap) =>
    gap.end === null ? Math.max(counts_from, gap.start[1]) + drill.limits.recovery_ms : gap.end[1] + HEALTHY_MS,
  );
  return Math.max(last_at + drill.window.settle_s * 1_000, ...ends);
}

/**
 * After a healthy run, past what is graded: not known before watching was over, which took that run for a recovery, or an attempt
 * that had no time left to be answered before the line ended.
 */
function isPast(
  line: Line,
  index: number,
  { from_at, over_at, attempt_timeout_ms }: { from_at: number; over_at: number; attempt_timeout_ms: number },
): boolean {
  const outage = line.outages[index];
  if (outage === undefined) return false;
  const healthySince = line.outages[index - 1]?.end?.[1] ?? from_at;
  if (outage.start[1] > over_at) return outage.start[1] - healthySince >= HEALTHY_MS;
  if (outage.end !== null) return false;
  return outage.start[0] - healthySince >= HEALTHY_MS && line.last_done_at - outage.start[1] <= attempt_timeout_ms;
}

function chain(line: Line, outages: Outage[], attempt_timeout_ms: number, rounds: number[]): Gap[] {
  const gaps: Gap[] = [];
  for (const outage of outages) {
    const last = gaps.at(-1);
    const round = Math.max(0, rounds.filter((at) => at <= outage.start[1]).length - 1);
    const chained = last !== undefined && last.round === round && last.end !== null && outage.start[0] - last.end[1] < HEALTHY_MS;
    const start = chained ? last.start : outage.start;
    if (chained) gaps.pop();
    gaps.push({
      line: line.name,
      round,
      start,
      end: outage.end,
      watched_until: line.last_done_at,
      ...lengthOf(start, outage.end, line.last_done_at - attempt_timeout_ms),
    });
  }
  return gaps;
}

function lengthOf(start: Span, end: Span | null, still_down_at: number): Interval {
  if (end === null) return { lo_ms: Math.max(0, still_down_at - start[1]), hi_ms: null };
  return { lo_ms: Math.max(0, end[0] - start[1]), hi_ms: end[1] - start[0] };
}

function sum(intervals: Interval[]): Interval {
  const hi_ms = intervals.reduce<number | null>((total, each) => (total === null || each.hi_ms === null ? null : total + each.hi_ms), 0);
  return { lo_ms: intervals.reduce((total, each) => total + each.lo_ms, 0), hi_ms };
}
