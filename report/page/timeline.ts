import type { Record, Series } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { type Binned, coarser, serviceBins, type Window } from '../bins.ts';
import { type Axis, axis_px } from '../chart.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { type Band, bandsOf, marksOf, windowOf } from '../moments.ts';
import { count, many, missing, offset, span } from '../phrases.ts';
import { drawMoments } from '../plots/moments.ts';
import { drawMargin } from '../plots/rows.ts';
import { drawLatency, drawWrites } from '../plots/writes.ts';
import { zeroOf } from '../reading.ts';

/** What every plot of a run shares, so that they line up. */
export interface Stage {
  zero: { at: number; name: string };
  window: Window;
  axis: Axis;
  bands: Band[];
}

/** null where nothing was watched, so that there is nothing to draw. */
export function stageOf(report: Report, record: Record): Stage | null {
  const window = windowOf(record);
  if (!window) return null;
  const zero = zeroOf(record);
  const axis = { from_s: (window.from - zero.at) / 1000, to_s: (window.to - zero.at) / 1000 };
  return { zero, window, axis, bands: bandsOf(report, record, window) };
}

/** Writes and their latency over time, what happened above them, and the same as numbers. */
export function timelineSection(report: Report, record: Record, stage: Stage | null): Markup {
  const binned = stage && serviceBins(record, stage.window, stage.zero.at);
  if (!stage || !binned) {
    const why = record.probe.lanes.length ? 'the lanes below hold the counts' : 'nothing was measured';
    return section('timeline', 'Timeline', html`<p>No series was recorded, so there is nothing to plot: ${why}.</p>`);
  }
  return section('timeline', 'Timeline', figure(caption(record, stage, binned), ...pictures(report, stage, binned)), numbers(binned));
}

function pictures(report: Report, { axis, bands, window, zero }: Stage, { bins }: Binned): Markup[] {
  const marks = marksOf(report.timeline, window, zero.at, axis_px);
  const events = marks.map((mark) => `${mark.label} at ${mark.at_s.toFixed(2)} s`).join(', ') || 'none';
  const summary = bands.map((band) => band.label).join('; ') || 'no fault was injected';
  const below = `${summary}. The table below holds the numbers.`;
  return [
    drawMoments(marks, bands, axis, `Events over time: ${events}. Bands: ${summary}.`),
    drawWrites(bins, bands, marks, axis, `Acknowledged, failed and indeterminate writes a second over time. ${below}`),
    drawLatency(bins, bands, marks, axis, `Latency of acknowledged writes, p50 and p99, over time on a logarithmic scale. ${below}`),
  ].map(drawn);
}

function caption(record: Record, { window, zero }: Stage, { bin_ms }: Binned): string {
  const cut = window.to - window.from < record.ended_at - record.started_at;
  return [
    `Writes through the service endpoint in bins of ${span(bin_ms)}, both witnesses together; latencies are the worse witness's.`,
    `Seconds count from ${zero.name}. A gap is missing data, not zero.`,
    'Solid bars are certain, their light ends are what the probe could not resolve.',
    cut ? `Shown: ${offset(window.from - zero.at)} to ${offset(window.to - zero.at)}.` : '',
  ].join(' ');
}

function numbers(binned: Binned): Markup {
  const { bins, bin_ms } = coarser(binned, 90);
  const rate = (value: number | null) => (value === null ? missing : count(Math.round(value)));
  const latency = (value: number | null) => (value === null ? missing : span(value));
  const caption = `Writes a second and worst latency, in steps of ${span(bin_ms)}`;
  const rows = bins.map((bin) => [
    `${offset(bin.from_s * 1000).replace('.000', '')}`,
    rate(bin.acked),
    rate(bin.failed),
    rate(bin.indeterminate),
    latency(bin.p50),
    latency(bin.p99),
  ]);
  return html`<details><summary>The numbers behind the plots</summary>${table(caption, ['From', 'Acknowledged', 'Failed', 'Indeterminate', 'p50', 'p99'], rows)}</details>`;
}

/** How many failures the system could still take, over time. */
export function marginSection({ margin }: Report, record: Record, stage: Stage | null): Markup {
  const text =
    margin.min === null
      ? 'The margin was not seen.'
      : `Failures still tolerated: ${count(margin.before)} before the fault, ${count(margin.min)} at least through the drill. At 0 the next loss stops writes; below 0 writes must stop.`;
  const series = record.series.filter((each) => each.name === 'margin');
  const points = stage ? series.flatMap((each) => pointsOf(each, stage)) : [];
  const known = points.filter((point) => point.margin !== null);
  return section(
    'margin',
    'Margin',
    html`<p>${text}</p>`,
    stage &&
      known.length > 0 &&
      figure(
        'Failures still tolerated, over the same seconds as above; gaps are moments at which it was not known.',
        drawn(drawMargin(points, stage.bands, stage.axis, text)),
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

/** Everything that happened, oldest first. */
export function eventsSection({ timeline }: Report, record: Record): Markup {
  const zero = zeroOf(record);
  const rows = timeline.map((event) => [offset(event.at - zero.at), event.what, event.who ?? '', event.text]);
  return section(
    'events',
    'Events',
    timeline.length === 0 && html`<p>Nothing was recorded.</p>`,
    table(`${many(timeline.length, 'event')}, from ${zero.name}`, ['When', 'What', 'Who', 'Text'], rows, 200),
  );
}
