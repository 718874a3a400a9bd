import type { Band } from '../bands.ts';
import { type Axis, axis_px, draw, type Mark, rect, ruleX, type Scene, say } from '../chart.ts';
import { type EventMark, textWidth } from '../moments.ts';

const row_px = 17;
const band_rows = 1.25;

/** Labelled events above their leaders, then the fault, the outage and the expectation as bars. */
export function drawMoments({ id, axis, bands, marks }: Scene, name: string): string {
  const rows = Math.max(0, ...marks.map((mark) => mark.row + 1));
  const total = rows + Math.max(0, ...bands.map((band) => band.row + 1)) * band_rows;
  return draw(`moments-${id}`, name, axis, {
    height: Math.max(24, total * row_px + 4),
    marginTop: 2,
    marginBottom: 2,
    x: { axis: null },
    y: { domain: [total, 0], axis: null },
    marks: [
      ruleX(marks, { x: 'at_s', y1: (mark: EventMark) => mark.row + 0.15, y2: total, stroke: 'var(--rule)' }),
      ...bands.flatMap((band) => bar(band, rows + band.row * band_rows + 0.25)),
      ...[...Map.groupBy(bands, ({ row }) => row)].map(([row, own]) => rowLabel(own, rows + row * band_rows + 0.67, axis)),
      labels(marks, 'start'),
      labels(marks, 'end'),
    ],
  });
}

function labels(marks: EventMark[], anchor: EventMark['anchor']): Mark {
  const options = {
    x: 'at_s',
    y: (mark: EventMark) => mark.row + 0.5,
    text: 'label',
    textAnchor: anchor,
    dx: anchor === 'start' ? 5 : -5,
  } as const;
  return say(
    marks.filter((mark) => mark.anchor === anchor),
    options,
  );
}

/** The whole stretch is light, the certain part of it solid; what is only expected has a dashed edge. */
function bar(band: Band, y1: number): Mark[] {
  const place = { y1, y2: y1 + 0.8, insetLeft: -1, insetRight: -1, clip: true };
  const dashed = band.kind === 'expected' ? { strokeDasharray: '3 2' } : {};
  return [
    rect([band], { x1: 'from_s', x2: 'to_s', ...place, fill: `var(--${band.kind}-soft)`, stroke: `var(--${band.kind})`, ...dashed }),
    rect(band.kind === 'expected' ? [] : [band], { x1: 'from_s', x2: 'certain_s', ...place, fill: `var(--${band.kind})` }),
  ];
}

/** Beside the bars of a row or between two of them where there is room, else on the first. */
function rowLabel(bands: Band[], y: number, { from_s, to_s }: Axis): Mark {
  const label = bands.map((band) => band.label).join('');
  const wide_s = ((textWidth(label) + 14) / axis_px) * (to_s - from_s);
  const at = (x: number, textAnchor: 'start' | 'end', dx: number): Mark =>
    say([x], { y, x: (each) => each, text: [label], textAnchor, dx });
  const sorted = [...bands].sort((a, b) => a.from_s - b.from_s);
  const first = sorted[0]?.from_s ?? from_s;
  const last = Math.max(...bands.map((band) => band.to_s));
  if (last + wide_s <= to_s) return at(last, 'start', 7);
  if (first - wide_s >= from_s) return at(first, 'end', -7);
  const gap = sorted.find((band, n) => (sorted[n + 1]?.from_s ?? 0) - band.to_s >= wide_s);
  return at(gap ? gap.to_s : Math.max(first, from_s), 'start', 7);
}
