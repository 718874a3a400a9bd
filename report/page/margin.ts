import type { Record, Series } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { count, offset } from '../phrases.ts';
import { drawMargin } from '../plots/rows.ts';
import { marginLine } from '../reading.ts';
import type { Stage } from './timeline.ts';

/** How many failures the system could still take, over time. */
export function marginSection({ margin }: Report, record: Record, stage: Stage | null): Markup {
  const text = `Margin: ${marginLine(margin)}. At 0 the next loss stops writes; below 0 writes must stop.`;
  const series = record.series.filter((each) => each.name === 'margin');
  const points = stage ? series.flatMap((each) => pointsOf(each, stage)) : [];
  const known = points.filter((point) => point.margin !== null);
  return section(
    'margin',
    'Margin',
    html`<p>${text}</p>`,
    stage &&
      record.probe.segments.length > 0 &&
      known.length > 0 &&
      figure(
        'Failures still tolerated, over the same seconds as above; gaps are moments at which it was not known.',
        drawn(drawMargin(points, { ...stage, id: 'margin-plot', marks: [] }, text)),
      ),
    table('Changes of the margin', ['From', 'Failures tolerated'], changes(known), 60),
  );
}

function pointsOf(series: Series, { window, zero }: Stage): { from_s: number; to_s: number; margin: number | null }[] {
  return series.points.flatMap((margin, n) => {
    const from = series.start_at + n * series.bin_ms;
    if (from < window.from || from >= window.to) return [];
    return [{ from_s: (from - zero.at) / 1000, to_s: (from + series.bin_ms - zero.at) / 1000, margin }];
  });
}

function changes(points: { from_s: number; margin: number | null }[]): string[][] {
  const changed = points.filter((point, n) => n === 0 || point.margin !== points[n - 1]?.margin);
  return changed.map((point) => [offset(point.from_s * 1000), count(point.margin)]);
}
