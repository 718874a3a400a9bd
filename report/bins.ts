import type { Record, Series } from '../core/record.ts';

const measures = ['acked', 'failed', 'indeterminate', 'p50', 'p99'] as const;
type Measure = (typeof measures)[number];

/** One bin of the plots, seconds from t = 0. Counts are writes a second, latencies ms; null is missing, never zero. */
export type Bin = { [M in Measure]: number | null } & { from_s: number; to_s: number };

/** Bins on one even grid; `bin_ms` says how wide they ended up. */
export interface Binned {
  bin_ms: number;
  bins: Bin[];
}

/** A stretch of the run in epoch milliseconds. */
export interface Window {
  from: number;
  to: number;
}

/** Widest number of bins that a page draws or lists; more are put together. */
const most_bins = 600;

/**
 * What the writes through the service endpoint did, both witnesses together: counts summed, latencies the worse of the
 * two. null when no series says. `only` takes the lanes of these targets alone.
 */
export function serviceBins(record: Record, window: Window, zero_at: number, only?: Set<string>): Binned | null {
  const service = record.probe.lanes.filter((lane) => lane.kind === 'service' && (only?.has(lane.target) ?? true));
  const targets = new Set(service.map((lane) => lane.target));
  const found = record.series.flatMap((series) => {
    const [target = '', measure] = series.name.split('/');
    const known = measures.find((each) => each === measure);
    return known && targets.has(target) && series.bin_ms > 0 ? [{ series, measure: known }] : [];
  });
  if (found.length === 0) return null;
  const finest = Math.max(...found.map(({ series }) => series.bin_ms));
  const bin_ms = finest * Math.max(1, Math.ceil((window.to - window.from) / finest / most_bins));
  const grid = new Map<number, { [M in Measure]: number | null }>();
  // The grid of the series themselves, so that a bin is not split over two.
  const from = Math.max(window.from, Math.min(...found.map(({ series }) => series.start_at)));
  const watched = { from, to: Math.max(from, window.to) };
  for (const { series, measure } of found) pour(grid, series, measure, watched, bin_ms);
  return { bin_ms, bins: even(grid, watched, bin_ms, zero_at) };
}

/** Whole-second bins for a table beside the plot, at most `rows` of them. */
export function coarser({ bins, bin_ms }: Binned, rows: number): Binned {
  const last = bins.at(-1);
  const first = bins[0];
  if (!first || !last) return { bins: [], bin_ms };
  const width_s = Math.max(1, Math.ceil((last.to_s - first.from_s) / rows));
  const groups = Map.groupBy(bins, (bin) => Math.floor(bin.from_s / width_s + 1e-9));
  const merged = [...groups].map(([n, group]) => ({ ...merge(group), from_s: n * width_s, to_s: (n + 1) * width_s }));
  return { bins: merged, bin_ms: width_s * 1000 };
}

function pour(
  grid: Map<number, { [M in Measure]: number | null }>,
  series: Series,
  measure: Measure,
  window: Window,
  bin_ms: number,
): void {
  const counts = measure !== 'p50' && measure !== 'p99';
  for (const [n, point] of series.points.entries()) {
    const middle = series.start_at + (n + 0.5) * series.bin_ms;
    if (point === null || !Number.isFinite(point) || middle < window.from || middle >= window.to) continue;
    const at = Math.floor((middle - window.from) / bin_ms);
    const bin = grid.get(at) ?? { acked: null, failed: null, indeterminate: null, p50: null, p99: null };
    bin[measure] = counts ? (bin[measure] ?? 0) + (point * 1000) / bin_ms : Math.max(bin[measure] ?? 0, point);
    grid.set(at, bin);
  }
}

function even(grid: Map<number, { [M in Measure]: number | null }>, window: Window, bin_ms: number, zero_at: number): Bin[] {
  const none = { acked: null, failed: null, indeterminate: null, p50: null, p99: null };
  return Array.from({ length: Math.ceil((window.to - window.from) / bin_ms) }, (_, n) => {
    const from = window.from + n * bin_ms;
    return { ...(grid.get(n) ?? none), from_s: (from - zero_at) / 1000, to_s: (Math.min(from + bin_ms, window.to) - zero_at) / 1000 };
  });
}

function merge(bins: Bin[]): { [M in Measure]: number | null } {
  const known = (measure: Measure) => bins.map((bin) => bin[measure]).filter((value) => value !== null);
  const mean = (values: number[]) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);
  const worst = (values: number[]) => (values.length ? Math.max(...values) : null);
  return {
    acked: mean(known('acked')),
    failed: mean(known('failed')),
    indeterminate: mean(known('indeterminate')),
    p50: worst(known('p50')),
    p99: worst(known('p99')),
  };
}
