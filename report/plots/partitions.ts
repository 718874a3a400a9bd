import { axis_px, barX, draw, type Mark, type Scene, say, tickX } from '../chart.ts';
import { textWidth } from '../moments.ts';
import type { PartitionStory, Spell, SpellState } from '../partitions.ts';
import { backdrop } from './backdrop.ts';

const row_px = 26;

type Bar = { row: string; from_s: number; to_s: number; state: SpellState; text: string; elected: boolean };

/** A strip for each partition: how many replicas were in sync, under which leader; a thick tick where another leader was elected. */
export function drawPartitions(stories: PartitionStory[], zero_at: number, { id, axis, bands, marks }: Scene, name: string): string {
  const bars = stories.flatMap((story) => barsOf(story, zero_at, axis));
  const of = (...states: SpellState[]) => bars.filter(({ state }) => states.includes(state));
  const place = { x1: 'from_s', x2: 'to_s', y: 'row', insetTop: 3, insetBottom: 3 };
  const fills: Mark[] = [
    barX(of('full'), { ...place, fill: 'var(--acked-soft)' }),
    barX(of('shrunk'), { ...place, fill: 'var(--unsure-soft)', stroke: 'var(--unsure)' }),
    barX(of('below'), { ...place, fill: 'var(--down-soft)', stroke: 'var(--down)' }),
    barX(of('leaderless'), { ...place, fill: 'var(--failed)', stroke: 'var(--failed)' }),
  ];
  return draw(id, name, axis, {
    height: 34 + stories.length * row_px,
    marginTop: 4,
    y: { domain: stories.map((story) => story.name), label: null, tickSize: 0, padding: 0 },
    marks: [
      ...backdrop(bands, marks),
      ...fills,
      tickX(
        bars.filter(({ elected }) => elected),
        { x: 'from_s', y: 'row', stroke: 'var(--ink)', strokeWidth: 3 },
      ),
      say(
        bars.filter(({ text }) => text),
        { x: 'from_s', y: 'row', text: 'text', textAnchor: 'start', dx: 6, strokeWidth: 3 },
      ),
    ],
  });
}

function barsOf({ name, spells }: PartitionStory, zero_at: number, axis: Scene['axis']): Bar[] {
  const s = (at: number) => (at - zero_at) / 1000;
  return spells.flatMap((spell) => {
    const from_s = Math.max(s(spell.from), axis.from_s);
    const to_s = Math.min(s(spell.to), axis.to_s);
    if (to_s <= from_s) return [];
    const wide_px = ((to_s - from_s) / (axis.to_s - axis.from_s)) * axis_px;
    const elected = spell.elected && from_s > axis.from_s;
    return [{ row: name, from_s, to_s, state: spell.state, text: textOf(spell, wide_px), elected }];
  });
}

/** As many words as the bar has room for; the table holds all of them. */
function textOf({ leader, isr, replicas }: Spell, wide_px: number): string {
  const part = `${isr.length}/${replicas.length}`;
  const led = leader === null ? 'no leader' : `leader ${leader}`;
  return [`${led}, ${part} in sync`, `${led}, ${part}`, part].find((text) => textWidth(text) + 10 <= wide_px) ?? '';
}
