import type { Line } from './lines.ts';
import { STALL_MS } from './lines.ts';
import type { Record } from './record.ts';

/** A time in which no witness watched, though an outage might have begun or ended in it. */
export interface Hole { from: number; to: number }

/**
 * Holes in what the witnesses saw together from `from` to `to`. Times when no attempt was under way at all are holes as well. A
 * hole inside an outage, after it was known and before its last failure, can hide neither its start nor its end and does not count.
 */
export function holesIn(record: Record, lines: Line[], from: number, to: number): Hole[] {
  const watched = lines.flatMap((line) => line.watched);
  const down = lines.flatMap((line) => line.outages).flatMap((outage) => (outage.end === null ? [] : [[outage.start[1], outage.end[0]] as const]));
  const open = lines.flatMap((line) => line.outages.filter((outage) => outage.end === null).map((outage) => [outage.start[1], line.last_done_at] as const));
  const known = [...down, ...open];
  return [...gapsBetween(watched, from, to), ...silences(record, lines, from, to)]
    .filter((hole) => hole.to - hole.from > STALL_MS)
    .filter((hole) => !known.some(([start, end]) => hole.from >= start && hole.to <= end))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

function gapsBetween(watched: [number, number][], from: number, to: number): Hole[] {
  const holes: Hole[] = [];
  let at = from;
  for (const [start, end] of [...watched].sort((a, b) => a[0] - b[0])) {
    if (start > at && start <= to) holes.push({ from: at, to: start });
    at = Math.max(at, end);
  }
  if (at < to) holes.push({ from: at, to });
  return holes;
}

/** Neighbouring bins in which neither witness has an attempt, from the series that every segment leaves. */
function silences(record: Record, lines: Line[], from: number, to: number): Hole[] {
  const names = new Set(lines.flatMap((line) => ['acked', 'failed', 'indeterminate'].map((measure) => `${line.target}/${measure}/${line.witness}`)));
  const busy: [number, number][] = [];
  for (const series of record.series) {
    if (!names.has(series.name)) continue;
    series.points.forEach((count, bin) => {
      const start = series.start_at + bin * series.bin_ms;
      if (count !== null && count > 0) busy.push([start, start + series.bin_ms]);
    });
  }
  return busy.length === 0 ? [] : gapsBetween(busy, from, to);
}
