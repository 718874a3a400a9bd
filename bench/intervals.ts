import type { Lane, Outage } from '../core/record.ts';

/** How connections end: reset at once, or left open while every packet vanishes. */
export type CutKind = 'reset' | 'vanish';

/** One outage that was really there: epoch milliseconds of the moments in which it began and ended. */
export interface Cut {
  from: number;
  to: number;
}

/** What the probe said of one cut; null bounds when it said nothing, or took it for several outages. */
export interface Reported {
  kind: CutKind;
  rate_hz: number;
  length_ms: number;
  lo_ms: number | null;
  hi_ms: number | null;
  /** How much of the width is doubt about the start, and how much about the end. */
  start_width_ms?: number;
  end_width_ms?: number;
  /** The true length lies in the interval, and start and end in theirs. */
  inside: boolean;
}

/** Holds every cut of a lane against the outages that the lane reported. */
export function judge(kind: CutKind, rate_hz: number, lane: Lane, cuts: Cut[]): { reported: Reported[]; unprovoked: number } {
  const claimed = new Set<Outage>();
  const reported = cuts.map((cut): Reported => {
    const found = lane.outages.filter((outage) => outage.start[0] <= cut.to && (outage.end?.[1] ?? Number.POSITIVE_INFINITY) >= cut.from);
    for (const outage of found) claimed.add(outage);
    const length_ms = cut.to - cut.from;
    const [outage] = found;
    if (found.length !== 1 || !outage?.end) return { kind, rate_hz, length_ms, lo_ms: null, hi_ms: null, inside: false };
    const { start, end } = outage;
    const lo_ms = Math.max(0, end[0] - start[1]);
    const hi_ms = end[1] - start[0];
    const inside = within(length_ms, [lo_ms, hi_ms]) && within(cut.from, start) && within(cut.to, end);
    return { kind, rate_hz, length_ms, lo_ms, hi_ms, start_width_ms: start[1] - start[0], end_width_ms: end[1] - end[0], inside };
  });
  return { reported, unprovoked: lane.outages.filter((outage) => !claimed.has(outage)).length };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

function within(value: number, [lo, hi]: [number, number]): boolean {
  return lo <= value && value <= hi;
}
