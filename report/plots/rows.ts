import { barX, draw, line, ruleY, type Scene, say } from '../chart.ts';
import { count } from '../phrases.ts';
import { backdrop } from './backdrop.ts';

/** A stretch on a row of its own: what one server acknowledged, one segment watched, or (a gap) when it did not. */
export interface Stretch {
  row: string;
  from_s: number;
  to_s: number;
  kind: 'solid' | 'hollow' | 'gap';
  text: string;
}

/** More rows than this are in the table alone. */
export const most_rows = 24;
const row_px = 40;

/** One row for each name, its stretches as bars with their text above them. */
export function drawRows(stretches: Stretch[], { id, axis, bands, marks }: Scene, name: string): string {
  const rows = [...new Set(stretches.map((stretch) => stretch.row))];
  const bars = stretches
    .map((each) => ({ ...each, from_s: Math.max(each.from_s, axis.from_s), to_s: Math.min(each.to_s, axis.to_s) }))
    .filter((each) => each.to_s >= each.from_s);
  const of = (kind: Stretch['kind']) => bars.filter((each) => each.kind === kind);
  const place = { x1: 'from_s', x2: 'to_s', y: 'row', insetTop: 19, insetBottom: 3 };
  return draw(id, name, axis, {
    height: 34 + rows.length * row_px,
    marginTop: 4,
    y: { domain: rows, axis: null, padding: 0.1 },
    marks: [
      ...backdrop(bands, marks),
      barX(of('solid'), { ...place, fill: 'var(--acked)', stroke: 'var(--acked)' }),
      barX(of('hollow'), { ...place, fill: 'var(--acked-soft)', stroke: 'var(--acked)', strokeDasharray: '4 2' }),
      barX(of('gap'), { ...place, insetTop: 15, insetBottom: 0, fill: 'var(--failed)', stroke: 'var(--failed)' }),
      say(
        bars.filter((each) => each.text),
        { x: 'from_s', y: 'row', text: 'text', textAnchor: 'start', dx: 1, dy: -9 },
      ),
    ],
  });
}

/** Failures still tolerated as steps; below the dashed zero the writes have to stop. */
export function drawMargin(
  points: { from_s: number; to_s: number; margin: number | null }[],
  { id, axis, bands, marks }: Scene,
  name: string,
): string {
  const values = points.flatMap(({ margin }) => (margin === null ? [] : [margin]));
  const [lo, hi] = [Math.min(0, ...values), Math.max(1, ...values)];
  const ticks = Array.from({ length: Math.min(20, Math.floor(hi - lo) + 1) }, (_, n) => Math.ceil(lo) + n);
  const steps = points.flatMap(({ from_s, to_s, margin }) => [
    { x: from_s, y: margin },
    { x: to_s, y: margin },
  ]);
  return draw(id, name, axis, {
    height: 120,
    y: { domain: [lo - 0.4, hi + 0.4], label: null, ticks, tickFormat: count },
    marks: [
      ...backdrop(bands, marks),
      ruleY([0], { stroke: 'var(--failed)', strokeDasharray: '2 3' }),
      line(steps, { x: 'x', y: 'y', stroke: 'var(--ink)', strokeWidth: 2 }),
    ],
  });
}
