import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { first } from '../clean.ts';
import { type PartitionStory, partitionStories, worstFirst } from '../partitions.ts';
import { count, many, offset, span } from '../phrases.ts';
import { electionLines, zeroOf } from '../reading.ts';
import { type Look, row, title } from './paint.ts';

const shown_most = 4;
const column = 14;

/** Kafka: elections, and how the partitions that fared worst went through the drill; nothing for other stores. */
export function partitionLines({ elections }: Report, record: Record, look: Look): string[] {
  const stories = worstFirst(partitionStories(record));
  if (stories.length === 0 && !elections) return [];
  const { shown, more } = first(stories, shown_most);
  const zero_at = zeroOf(record).at;
  return [
    ...title('PARTITIONS', look, stories.length > 0 ? `${many(stories.length, 'partition')}, the worst first` : ''),
    ...shown.flatMap((story) => row(story.name, storyLine(story, zero_at), look, { column })),
    ...(more ? row('', `and ${more} more, none worse; all of them are on the page`, look, { column }) : []),
    ...(elections
      ? electionLines(elections).flatMap(({ label, text }, n) =>
          row(n === 0 ? 'elections' : '', `${label.replace('elections ', '')}: ${text}`, look, { column }),
        )
      : []),
  ];
}

function storyLine({ spells, fewest, below_ms, shrunk_ms, stood }: PartitionStory, zero_at: number): string {
  const of = count(spells[0]?.replicas.length);
  const leaders = spells.flatMap(({ leader, elected, from }, n) => {
    if (n === 0) return [`leader ${leader ?? 'none'}`];
    return elected ? [`${leader} from ${offset(from - zero_at)}`] : [];
  });
  const shrunk =
    shrunk_ms > 0 ? `${count(fewest)} of ${of} in sync at the fewest, fewer than all for ${span(shrunk_ms)}` : `all ${of} in sync`;
  return `${stood}; ${leaders.join(', then ')}; ${shrunk}${below_ms > 0 ? `, below min ISR for ${span(below_ms)}` : ''}`;
}
