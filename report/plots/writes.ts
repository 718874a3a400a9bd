import type { Bin } from '../bins.ts';
import { areaY, draw, gridY, hatched, line, type Mark, ruleY, type Scene, say } from '../chart.ts';
import { span } from '../phrases.ts';
import { backdrop } from './backdrop.ts';

const decades = [0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000];

/** Acknowledged writes upward, failed (solid) and indeterminate (hatched) downward; gaps where nothing is known. */
export function drawWrites(bins: Bin[], writes: string, { id, axis, bands, marks }: Scene, name: string): string {
  const up = Math.max(1, ...bins.map((bin) => bin.acked ?? 0));
  const down = Math.max(...bins.map((bin) => (bin.failed ?? 0) + (bin.indeterminate ?? 0)));
  return draw(`writes-${id}`, name, axis, {
    height: 260,
    y: {
      domain: [-Math.max(down, up * 0.15) * 1.25, up * 1.2],
      label: null,
      tickFormat: (value: number) => String(Math.abs(value)),
      ticks: 6,
    },
    marks: [
      ...backdrop(bands, marks),
      gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 6 }),
      ...shapes(bins, `writes-${id}`),
      ruleY([0], { stroke: 'var(--ink)' }),
      say([`▲ acknowledged, ${writes} a second`], { frameAnchor: 'top-left', dx: 6, dy: 4, fill: 'var(--acked)' }),
      say([`▼ not acknowledged, ${writes} a second: ■ failed, ▨ indeterminate`], {
        frameAnchor: 'bottom-left',
        dx: 6,
        dy: -5,
        fill: 'var(--failed)',
      }),
    ],
  });
}

/** What the partitions of one class did, low and without latencies: several of these stand below each other, the last with the axis. */
export function drawClass(bins: Bin[], label: string, last: boolean, { id, axis, bands, marks }: Scene, name: string): string {
  const up = Math.max(1, ...bins.map((bin) => bin.acked ?? 0));
  const down = Math.max(up * 0.15, ...bins.map((bin) => (bin.failed ?? 0) + (bin.indeterminate ?? 0)));
  const height = last ? 116 : 90;
  return draw(id, name, axis, {
    height,
    marginTop: 4,
    marginBottom: last ? 30 : 4,
    x: last ? {} : { axis: null },
    y: {
      domain: [-down * 1.1, up * 1.2 + (up + down) * 0.35],
      label: null,
      ticks: [0, up],
      tickFormat: (value: number) => String(Math.round(value)),
    },
    marks: [
      ...backdrop(bands, marks),
      ...shapes(bins, id),
      ruleY([0], { stroke: 'var(--ink)' }),
      say([label], { frameAnchor: 'top-left', dx: 6, dy: 3 }),
    ],
  });
}

/** Round trips, p50 and p99, on a logarithmic scale with the worst named. */
export function drawLatency(bins: Bin[], writes: string, { id, axis, bands, marks }: Scene, name: string): string {
  const values = bins.flatMap((bin) => [bin.p50, bin.p99]).filter((value) => value !== null && value > 0) as number[];
  const above = (value: number | null) => (value !== null && value > 0 ? value : null);
  const [lo, hi] = [Math.max(0.01, Math.min(1, ...values)) / 1.3, Math.max(10, ...values) * 2.5];
  const ticks = decades.filter((tick) => tick >= lo && tick <= hi);
  return draw(`latency-${id}`, name, axis, {
    height: 160,
    y: { type: 'log', domain: [lo, hi], label: null, ticks, tickFormat: (value: number) => span(value) },
    marks: [
      ...backdrop(bands, marks),
      gridY(ticks, { stroke: 'var(--rule)', strokeOpacity: 1 }),
      outline(bins, (bin) => above(bin.p99), 'var(--p99)', { strokeDasharray: '4 2' }),
      outline(bins, (bin) => above(bin.p50), 'var(--acked)'),
      say([`— p50   ╌ p99, round trip of acknowledged ${writes}${worst(bins)}`], { frameAnchor: 'top-left', dx: 6, dy: 4 }),
    ],
  });
}

/** Acknowledged upward, failed (solid) and indeterminate (hatched) downward. */
function shapes(bins: Bin[], id: string): Mark[] {
  const failed = (bin: Bin) => -(bin.failed ?? 0);
  const zero = () => 0;
  return [
    area(bins, (bin) => bin.acked, zero, 'var(--acked-soft)'),
    outline(bins, (bin) => bin.acked, 'var(--acked)'),
    area(bins, (bin) => (bin.failed ? failed(bin) : null), zero, 'var(--failed)'),
    area(bins, (bin) => (bin.indeterminate ? failed(bin) - bin.indeterminate : null), failed, hatched(id)),
  ];
}

function worst(bins: Bin[]): string {
  const peak = Math.max(0, ...bins.map((bin) => bin.p99 ?? 0));
  return peak > 0 ? `; worst p99 ${span(peak)}` : '';
}

/** Both edges of each bin, so that a missing one leaves a gap and no slope. */
function corners<T>(bins: Bin[], at: (bin: Bin, x: number) => T): T[] {
  return bins.flatMap((bin) => [at(bin, bin.from_s), at(bin, bin.to_s)]);
}

function area(bins: Bin[], y: (bin: Bin) => number | null, from: (bin: Bin) => number, fill: string): Mark {
  return areaY(
    corners(bins, (bin, x) => ({ x, y1: from(bin), y2: y(bin) })),
    { x: 'x', y1: 'y1', y2: 'y2', fill },
  );
}

function outline(bins: Bin[], y: (bin: Bin) => number | null, stroke: string, dash: { strokeDasharray?: string } = {}): Mark {
  return line(
    corners(bins, (bin, x) => ({ x, y: y(bin) })),
    { x: 'x', y: 'y', stroke, strokeWidth: 1.5, ...dash },
  );
}
