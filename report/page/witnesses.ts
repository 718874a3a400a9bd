import type { Lane, Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { clean } from '../clean.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { count, many, missing, offset, span } from '../phrases.ts';
import { drawRows, type Stretch } from '../plots/rows.ts';
import type { Stage } from './timeline.ts';

interface Acks {
  server: string;
  kind: Lane['kind'];
  acked: number;
  from: number;
  to: number;
}

const how = { service: 'through the endpoint', pinned: 'asked directly', read: 'reads through the endpoint' };
const most_rows = 24;

/** Who acknowledged and when: two writers at once would overlap here. */
export function serversSection({ probe }: Record, stage: Stage | null): Markup {
  const acks = acksOf(probe.lanes);
  if (acks.length === 0) return section('servers', 'Who acknowledged', html`<p>No server acknowledged anything.</p>`);
  const zero = stage?.zero.at ?? 0;
  const stretches = acks.slice(0, most_rows).map(
    (each): Stretch => ({
      row: `${each.server} ${each.kind}`,
      from_s: (each.from - zero) / 1000,
      to_s: (each.to - zero) / 1000,
      kind: each.kind === 'service' ? 'solid' : 'hollow',
      text: `${each.server} ${how[each.kind]}: ${count(each.acked)}`,
    }),
  );
  const spoken = `When each server acknowledged: ${stretches.map((each) => `${each.text}, ${each.from_s.toFixed(1)} to ${each.to_s.toFixed(1)} s`).join('; ')}`;
  const rows = acks.map((each) => [each.server, how[each.kind], count(each.acked), offset(each.from - zero), offset(each.to - zero)]);
  return section(
    'servers',
    'Who acknowledged',
    html`<p>A server is named with its term: the same machine that becomes writer again is a new name. Writes through the endpoint (solid) and asked of each copy directly (dashed) must never be acknowledged by two names at once.</p>`,
    stage &&
      figure(
        'From the first to the last acknowledgement of each server.',
        drawn(drawRows(stretches, { ...stage, id: 'servers-plot', marks: [] }, spoken)),
      ),
    table('Acknowledgements by server', ['Server', 'How', 'Acknowledged', 'First', 'Last'], rows),
  );
}

function acksOf(lanes: Lane[]): Acks[] {
  const found = new Map<string, Acks>();
  for (const { kind, servers } of lanes)
    for (const { server: name, acked, first_done_at, last_done_at } of servers) {
      const server = clean(name, 60);
      const key = `${server} ${kind}`;
      const known = found.get(key) ?? { server, kind, acked: 0, from: first_done_at, to: last_done_at };
      found.set(key, {
        ...known,
        acked: known.acked + acked,
        from: Math.min(known.from, first_done_at),
        to: Math.max(known.to, last_done_at),
      });
    }
  const order = ['service', 'pinned', 'read'];
  return [...found.values()]
    .filter((each) => each.acked > 0)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.from - b.from);
}

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
