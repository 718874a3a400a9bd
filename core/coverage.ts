import type { Line } from './lines.ts';
import { STALL_MS } from './lines.ts';
import type { Record } from './record.ts';

/** A time in which no witness watched, though an outage might have begun or ended in it. */
export interface Hole {
  from: number;
  to: number;
}

/**
 * Holes in what the witnesses saw together from `from` to `to`. Bins without any attempt, for longer than attempts under way
 * explain, are holes as well. A hole inside an outage, after it was known and before its last failure, can hide neither its
 * start nor its end and does not count.
 */
export function holesIn(record: Record, lines: Line[], window: Hole, attempt_timeout_ms: number): Hole[] {
  // Another partition's lane tells nothing about this one's.
  const targets = [...new Set(lines.map((line) => line.target))];
  return merge(
    targets.flatMap((target) =>
      holesOf(
        record,
        lines.filter((line) => line.target === target),
        window,
        attempt_timeout_ms,
      ),
    ),
  );
}

function holesOf(record: Record, lines: Line[], window: Hole, attempt_timeout_ms: number): Hole[] {
  const down = lines.flatMap((line) =>
    line.outages.map((outage): Hole => ({ from: outage.start[1], to: outage.end?.[0] ?? line.last_done_at })),
  );
  const unwatched = gapsBetween(
    lines.flatMap((line) => line.watched),
    window,
  ).filter((hole) => hole.to - hole.from > STALL_MS);
  const silent = gapsBetween(busyBins(record, lines, window), window).filter((hole) => hole.to - hole.from > STALL_MS + attempt_timeout_ms);
  return [...unwatched, ...silent].filter((hole) => !down.some((outage) => hole.from >= outage.from && hole.to <= outage.to));
}

/**
 * Times from `from` to `to` in which no attempt by either witness came to an end on these lines, whatever they were down for.
 * Attempts that found no connection are none: a lane may have been there and still have asked nothing.
 */
export function silencesIn(record: Record, lines: Line[], window: Hole, attempt_timeout_ms: number): Hole[] {
  const period_ms = Math.max(0, ...lines.flatMap((line) => line.lanes.map((lane) => lane.period_ms)));
  const longest_ms = STALL_MS + attempt_timeout_ms + period_ms;
  return gapsBetween(busyBins(record, lines, window), window).filter((hole) => hole.to - hole.from > longest_ms);
}

function gapsBetween(covered: [number, number][], window: Hole): Hole[] {
  const holes: Hole[] = [];
  let at = window.from;
  for (const [start, end] of [...covered].sort((a, b) => a[0] - b[0])) {
    if (start > at && start <= window.to) holes.push({ from: at, to: start });
    at = Math.max(at, end);
  }
  if (at < window.to) holes.push({ from: at, to: window.to });
  return holes;
}

/** Bins with an attempt by either witness, from the series that every segment leaves; without any series the lanes alone speak. */
function busyBins(record: Record, lines: Line[], window: Hole): [number, number][] {
  const names = new Set(
    lines.flatMap((line) => ['acked', 'failed', 'indeterminate'].map((measure) => `${line.target}/${measure}/${line.witness}`)),
  );
  const series = record.series.filter((each) => names.has(each.name));
  if (series.length === 0) return [[window.from, window.to]];
  return series.flatMap((each) =>
    each.points.flatMap((count, bin): [number, number][] => {
      const start = each.start_at + bin * each.bin_ms;
      return count !== null && count > 0 ? [[start, start + each.bin_ms]] : [];
    }),
  );
}

function merge(holes: Hole[]): Hole[] {
  const merged: Hole[] = [];
  for (const hole of holes.sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1);
    if (last !== undefined && hole.from <= last.to) last.to = Math.max(last.to, hole.to);
    else merged.push({ ...hole });
  }
  return merged;
}
