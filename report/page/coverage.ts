import type { Lane, Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { count, many, missing, offset, span } from '../phrases.ts';
import { drawRows, most_rows, type Stretch } from '../plots/rows.ts';
import type { Stage } from './timeline.ts';

/** When the witnesses watched, stalled or died, and what each lane did. */
export function coverageSection(report: Report, { probe }: Record, stage: Stage | null): Markup {
  const check = report.checks.find((each) => each.name === 'coverage');
  const segments = [...probe.segments].sort((a, b) => a.from - b.from);
  const at = (time: number) => (stage ? offset(time - stage.zero.at) : missing);
  return section(
    'coverage',
    'Coverage',
    check && html`<p>Wanted ${check.wanted}; got ${check.got}: ${check.why}.</p>`,
    segments.length === 0 && html`<p>No witness watched.</p>`,
    stage && segments.length > 0 && coveragePlot(segments.slice(0, most_rows), stage),
    table(
      'Segments of the witnesses',
      ['Segment', 'From', 'To', 'Ended', 'Stalls', 'Longest stall'],
      segments.map((each) => [
        `${each.witness} #${each.segment}`,
        at(each.from),
        at(each.to),
        each.died ? html`<span class="bad">✗ died</span>` : 'by itself',
        count(each.stalls.length),
        span(each.longest_stall_ms),
      ]),
      60,
    ),
    html`<details><summary>${many(probe.lanes.length, 'lane')} of the probe</summary>${lanesTable(probe.lanes)}</details>`,
  );
}

function coveragePlot(segments: Record['probe']['segments'], { zero, axis, bands }: Stage): Markup {
  const s = (time: number) => (time - zero.at) / 1000;
  const stretches = segments.flatMap((each): Stretch[] => {
    const row = `${each.witness} #${each.segment}`;
    const longest = [...each.stalls].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, 40);
    const text = `${row}${each.died ? ', died' : ''}: ${many(each.stalls.length, 'stall')}, longest ${span(each.longest_stall_ms)}`;
    return [
      { row, from_s: s(each.from), to_s: s(each.to), kind: each.died ? 'hollow' : 'solid', text },
      ...longest.map((stall): Stretch => ({ row, from_s: s(stall.from), to_s: s(stall.to), kind: 'gap', text: '' })),
    ];
  });
  const spoken = `When each witness watched: ${stretches.flatMap(({ text, from_s, to_s }) => (text ? [`${text}, from ${from_s.toFixed(1)} to ${to_s.toFixed(1)} s`] : [])).join('; ')}`;
  return figure(
    'Bars: a witness watched (dashed: it died). Taller marks on them: it did not run.',
    drawn(drawRows(stretches, { id: 'coverage-plot', axis, bands, marks: [] }, spoken)),
  );
}

function lanesTable(lanes: Lane[]): Markup {
  const rows = lanes.map(({ lane, kind, attempts, codes, period_ms, round_trip_p50_ms, in_flight_max }) => {
    const seen = Object.entries(codes)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 6);
    return [
      lane,
      kind,
      `every ${span(period_ms)}`,
      count(attempts.ok),
      count(attempts.failed),
      count(attempts.indeterminate),
      count(attempts.unsent),
      seen.map(([code, times]) => `${code} × ${count(times)}`).join(', '),
      span(round_trip_p50_ms),
      count(in_flight_max),
    ];
  });
  return table(
    'Attempts by lane',
    ['Lane', 'Kind', 'Period', 'Acknowledged', 'Failed', 'Indeterminate', 'Unsent', 'Codes', 'Median round trip', 'In flight, most'],
    rows,
    60,
  );
}
