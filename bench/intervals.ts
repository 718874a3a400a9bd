import type { Lane, Outage, Span } from '../core/record.ts';

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
  /** Start and end as reported, in milliseconds after the true ones: the first is below 0 and the second above, or the edge is outside. */
  start_ms?: Span;
  end_ms?: Span;
  /** The true length lies in the interval. */
  inside: boolean;
  /** So does the true start in the one for the start, and the true end in its own. */
  edges_inside: boolean;
}

/** Holds every cut of a lane against the outages that the lane reported. */
export function judge(kind: CutKind, rate_hz: number, lane: Lane, cuts: Cut[]): { reported: Reported[]; unprovoked: number } {
  const claimed = new Set<Outage>();
  const reported = cuts.map((cut): Reported => {
    const found = lane.outages.filter((outage) => outage.start[0] <= cut.to && (outage.end?.[1] ?? Number.POSITIVE_INFINITY) >= cut.from);
    for (const outage of found) claimed.add(outage);
    const length_ms = cut.to - cut.from;
    const [outage] = found;
    if (found.length !== 1 || !outage?.end)
      return { kind, rate_hz, length_ms, lo_ms: null, hi_ms: null, inside: false, edges_inside: false };
    const { start, end } = outage;
    const lo_ms = Math.max(0, end[0] - start[1]);
    const hi_ms = end[1] - start[0];
    const inside = within(length_ms, [lo_ms, hi_ms]);
    const edges_inside = within(cut.from, start) && within(cut.to, end);
    return {
      kind,
      rate_hz,
      length_ms,
      lo_ms,
      hi_ms,
      start_ms: [start[0] - cut.from, start[1] - cut.from],
      end_ms: [end[0] - cut.to, end[1] - cut.to],
      inside,
      edges_inside,
    };
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
