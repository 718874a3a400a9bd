import type { Record } from '../../core/record.ts';
import type { Elections, Report } from '../../core/report.ts';
import { first } from '../clean.ts';
import { drawn, figure, html, type Markup, section, table } from '../markup.ts';
import { type PartitionStory, partitionStories, type Spell, worstFirst } from '../partitions.ts';
import { count, many, missing, offset, span } from '../phrases.ts';
import { drawPartitions } from '../plots/partitions.ts';
import { electionLines } from '../reading.ts';
import type { Stage } from './timeline.ts';

/** More partitions than this are in the tables alone. */
const most_strips = 24;

/** Kafka: who led each partition and how many of its replicas were in sync, over the same seconds as the plots above. */
export function partitionsSection({ elections }: Report, record: Record, stage: Stage | null): Markup {
  const stories = partitionStories(record);
  if (stories.length === 0) return elections ? section('partitions', 'Partitions', electionMarkup(elections)) : html``;
  const { shown, more } = first(worstFirst(stories), most_strips);
  const strips = shown.sort((a, b) => a.partition - b.partition);
  return section(
    'partitions',
    'Partitions',
    elections && electionMarkup(elections),
    stage && figure(caption(more), drawn(picture(strips, stage))),
    summary(worstFirst(stories)),
    html`<details><summary>Every change of leader and ISR</summary>${changes(stories, stage)}</details>`,
  );
}

function electionMarkup(elections: Elections): Markup {
  const text = electionLines(elections).map((line) => `${line.label}: ${line.text}`);
  return html`<p>Seen between the fault and the healing: ${text.join('; ')}.</p>`;
}

function caption(more: number): string {
  return [
    'As the probe’s own metadata showed it. Plain: every replica in sync; outlined: fewer; outlined in red: fewer than min ISR, so acks=all writes stop; solid red: no leader. A thick tick: another leader was elected.',
    ...(more > 0 ? [`${many(more, 'partition')} more that fared better are in the table alone.`] : []),
  ].join(' ');
}

function picture(stories: PartitionStory[], stage: Stage): string {
  const words = stories.map(
    ({ name, spells }) =>
      `${name} ${spells.map(({ from, leader, isr, replicas }) => `leader ${leader ?? 'none'} with ${isr.length} of ${replicas.length} in sync from ${offset(from - stage.zero.at)}`).join(', ')}`,
  );
  const scene = { ...stage, id: 'partitions-plot', marks: [] };
  return drawPartitions(stories, stage.zero.at, scene, `Leader and in-sync replicas of each partition over time: ${words.join('; ')}`);
}

function summary(stories: PartitionStory[]): Markup {
  const rows = stories.map(({ name, stood, spells, elections, fewest, below_ms, shrunk_ms }) => {
    const last = spells.at(-1);
    const preferred = last?.replicas[0];
    return [
      name,
      stood,
      leaders(spells),
      count(elections),
      `${count(fewest)} of ${count(last?.replicas.length)}`,
      below_ms > 0 ? html`<span class="bad">${span(below_ms)}</span>` : 'never',
      shrunk_ms > 0 ? span(shrunk_ms) : 'never',
      last?.leader === preferred ? 'yes' : `no, ${last?.leader ?? 'none'} leads, ${preferred ?? missing} is preferred`,
    ];
  });
  const head = [
    'Partition',
    'The victims',
    'Leaders',
    'Elections',
    'Fewest in sync',
    'Below min ISR',
    'Fewer than all',
    'Preferred leader at the end',
  ];
  return table('Partitions, the worst first', head, rows, 200);
}

/** Leaders in turn, such as `1 → 2 → 1`. */
function leaders(spells: Spell[]): string {
  const turn = spells.filter(({ leader }, n) => n === 0 || leader !== spells[n - 1]?.leader);
  return turn.map(({ leader }) => leader ?? 'none').join(' → ');
}

function changes(stories: PartitionStory[], stage: Stage | null): Markup {
  const rows = stories
    .flatMap(({ name, spells }) => spells.map((spell, n) => ({ name, spell, before: spells[n - 1] })))
    .sort((a, b) => a.spell.from - b.spell.from)
    .map(({ name, spell, before }) => [
      stage ? offset(spell.from - stage.zero.at) : missing,
      name,
      spell.leader === null ? html`<span class="bad">none</span>` : count(spell.leader),
      count(spell.leader_epoch),
      spell.state === 'full' ? spell.isr.join(', ') : html`<span class="bad">${spell.isr.join(', ') || 'none'}</span>`,
      whatChanged(spell, before),
    ]);
  return table('Leader and ISR by time', ['When', 'Partition', 'Leader', 'Epoch', 'ISR', 'What changed'], rows, 400);
}

function whatChanged(spell: Spell, before: Spell | undefined): string {
  if (!before) return 'as seen at preflight';
  const gone = before.isr.filter((id) => !spell.isr.includes(id));
  const joined = spell.isr.filter((id) => !before.isr.includes(id));
  const words = [
    spell.leader === null && before.leader !== null ? `lost its leader ${before.leader}` : '',
    spell.elected ? `${spell.leader} elected${spell.leader === spell.replicas[0] ? ', the preferred leader' : ''}` : '',
    gone.length > 0 ? `${gone.join(', ')} left the ISR` : '',
    joined.length > 0 ? `${joined.join(', ')} joined the ISR` : '',
  ].filter(Boolean);
  return words.join('; ') || 'a new epoch of the same leader';
}
