import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { type Acks, acksOf } from '../acks.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { nounsOf } from '../nouns.ts';
import { count, offset } from '../phrases.ts';
import { drawRows, most_rows, type Stretch } from '../plots/rows.ts';
import { zeroOf } from '../reading.ts';
import type { Stage } from './timeline.ts';

const how = {
  service: 'through the endpoint',
  pinned: 'asked directly',
  read: 'reads through the endpoint',
  serializable: 'reads answered by one member alone',
};

/** Who acknowledged and when: two writers at once would overlap here. */
export function serversSection(report: Report, record: Record, stage: Stage | null): Markup {
  const acks = acksOf(record);
  if (acks.length === 0) return section('servers', 'Who acknowledged', html`<p>No server acknowledged anything.</p>`);
  const zero = zeroOf(record).at;
  if (nounsOf(report).store === 'msk') return leadersSection(acks, zero);
  const rows = acks.map((each) => [
    each.server,
    how[each.kind],
    count(each.acked),
    offset(each.first_at - zero),
    offset(each.last_at - zero),
  ]);
  return section(
    'servers',
    'Who acknowledged',
    html`<p>A server is named with its term: the same machine that becomes writer again is a new name. Writes through the endpoint (solid) and asked of each copy directly (dashed) must never be acknowledged by two names at once.</p>`,
    stage && plot(acks.slice(0, most_rows), stage),
    table('Acknowledgements by server', ['Server', 'How', 'Acknowledged', 'First', 'Last'], rows),
  );
}

/** Kafka: one leader a partition at a time; the strips above show when, so this is a table alone. */
function leadersSection(acks: Acks[], zero: number): Markup {
  const rows = acks.map(({ partition, server, acked, first_at, last_at }) => [
    partition === undefined ? '' : `p${partition}`,
    server,
    count(acked),
    offset(first_at - zero),
    offset(last_at - zero),
  ]);
  return section(
    'servers',
    'Who acknowledged',
    html`<p>A partition is led by one broker at a time, and each leader acknowledges under its own epoch: of one partition no two may overlap.</p>`,
    table('Acknowledgements by partition and leader', ['Partition', 'Leader', 'Acknowledged', 'First', 'Last'], rows, 300),
  );
}

function plot(acks: Acks[], stage: Stage): Markup {
  const s = (at: number) => (at - stage.zero.at) / 1000;
  const stretches = acks.flatMap((each) =>
    each.stretches.map(
      ([from, to], n): Stretch => ({
        row: `${each.server} ${each.kind}`,
        from_s: s(from),
        to_s: s(to),
        kind: each.kind === 'service' ? 'solid' : 'hollow',
        text: n === 0 ? `${each.server} ${how[each.kind]}: ${count(each.acked)}` : '',
      }),
    ),
  );
  const words = acks.map((each) => {
    const times = each.stretches.map(([from, to]) => `${s(from).toFixed(1)} to ${s(to).toFixed(1)} s`);
    return `${each.server} ${how[each.kind]} ${count(each.acked)}, ${times.join(' and ')}`;
  });
  const picture = drawRows(stretches, { ...stage, id: 'servers-plot', marks: [] }, `When each server acknowledged: ${words.join('; ')}`);
  return figure('A break: nothing was acknowledged for a second or more, or nothing is known.', drawn(picture));
}
