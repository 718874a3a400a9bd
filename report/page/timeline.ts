import type { Event, Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { type Band, bandsOf } from '../bands.ts';
import { type Bin, type Binned, coarser, serviceBins, type Window } from '../bins.ts';
import { type Axis, axis_px } from '../chart.ts';
import { brief } from '../clean.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { marksOf, windowOf } from '../moments.ts';
import { type Nouns, nounsOf } from '../nouns.ts';
import { targetsByClass } from '../partitions.ts';
import { count, many, missing, offset, span } from '../phrases.ts';
import { drawMoments } from '../plots/moments.ts';
import { drawClass, drawLatency, drawWrites } from '../plots/writes.ts';
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
  const near = closeUp(stage);
  const nouns = nounsOf(report);
  const events = near ? report.timeline.filter(({ at }) => at < near.window.from || at > near.window.to) : report.timeline;
  return section(
    'timeline',
    'Timeline',
    near && html`<h3>Around the fault</h3>`,
    near && figure('', ...pictures(report.timeline, near, binned, nouns, 'near').slice(0, 2)),
    near && html`<h3>All that was watched</h3>`,
    figure(caption(stage, binned, nouns), ...pictures(events, stage, binned, nouns, 'all')),
    classFigure(report, record, near ?? stage),
    numbers(binned, nouns),
  );
}

/** The same stage on what surrounds the bands, where they are small in the whole. */
function closeUp(stage: Stage): Stage | null {
  const { bands, axis, zero } = stage;
  const from = Math.min(...bands.map((band) => band.from_s));
  const to = Math.max(...bands.map((band) => Math.min(band.to_s, axis.to_s)));
  const room = Math.max(0.3, (to - from) * 0.15);
  const near = { from_s: Math.max(axis.from_s, from - room), to_s: Math.min(axis.to_s, to + room * 2) };
  if (new Set(bands.map(({ row }) => row)).size < 2 || !(near.to_s - near.from_s < (axis.to_s - axis.from_s) * 0.4)) return null;
  return { ...stage, axis: near, window: { from: zero.at + near.from_s * 1000, to: zero.at + near.to_s * 1000 } };
}

function pictures(timeline: Event[], stage: Stage, binned: Binned, { writes }: Nouns, id: string): Markup[] {
  const { axis, bands, window, zero } = stage;
  const scene = { id, axis, bands, marks: marksOf(timeline, window, zero.at, axis_px) };
  const bins = inside(binned, axis);
  const events = scene.marks.map((mark) => `${mark.label} at ${mark.at_s.toFixed(2)} s`).join(', ') || 'none';
  const summary = bands.flatMap(({ label }) => label || []).join('; ') || 'no fault was injected';
  const below = `${summary}. The table below holds the numbers.`;
  return [
    drawMoments(scene, `Events over time: ${events}. Bands: ${summary}.`),
    drawWrites(bins, writes, scene, `Acknowledged, failed and indeterminate ${writes} a second over time. ${below}`),
    drawLatency(bins, writes, scene, `Latency of acknowledged ${writes}, p50 and p99, over time on a logarithmic scale. ${below}`),
  ].map(drawn);
}

/** One low panel for each way in which the fault hit partitions; where all were hit alike the plot above is the same. */
function classFigure(report: Report, record: Record, stage: Stage): Markup {
  const classes = targetsByClass(report, record);
  if (classes.length < 2) return html``;
  const panels = classes.flatMap(([name, targets], n) => {
    const binned = serviceBins(record, stage.window, stage.zero.at, targets);
    if (!binned) return [];
    const label = brief(`${name}: ${[...targets].join(', ')}`, 90);
    const scene = { ...stage, id: `class-${n}`, bands: stage.bands.filter(({ kind }) => kind !== 'down'), marks: [] };
    return [
      drawn(
        drawClass(
          inside(binned, stage.axis),
          label,
          n === classes.length - 1,
          scene,
          `Records a second on the partitions of one class, ${label}`,
        ),
      ),
    ];
  });
  return html`<h3>By class of partition: what the victims were to it</h3>${figure('Acknowledged records a second upward, those not acknowledged downward, over the same seconds as the first plot.', ...panels)}`;
}

/** The bins of a stretch, those at its ends cut there. */
function inside({ bins }: Binned, { from_s, to_s }: Axis): Bin[] {
  const cut = bins.map((bin) => ({ ...bin, from_s: Math.max(bin.from_s, from_s), to_s: Math.min(bin.to_s, to_s) }));
  return cut.filter((bin) => bin.to_s > bin.from_s);
}

function caption({ window, zero }: Stage, { bin_ms }: Binned, { store, writes, through }: Nouns): string {
  return [
    `${writes[0]?.toUpperCase()}${writes.slice(1)} ${through} in bins of ${span(bin_ms)}, both witnesses together; latencies are the ${store === 'msk' ? 'worst lane' : 'worse witness'}'s.`,
    `Seconds count from ${zero.name}; shown are ${offset(window.from - zero.at)} to ${offset(window.to - zero.at)}. A gap is missing data, not zero.`,
    'Solid bars are certain, their light ends are what the probe could not resolve.',
  ].join(' ');
}

function numbers(binned: Binned, { writes }: Nouns): Markup {
  const { bins, bin_ms } = coarser(binned, 90);
  const rate = (value: number | null) => (value === null ? missing : count(Math.round(value)));
  const latency = (value: number | null) => (value === null ? missing : span(value));
  const caption = `${writes[0]?.toUpperCase()}${writes.slice(1)} a second and worst latency, in steps of ${span(bin_ms)}`;
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
