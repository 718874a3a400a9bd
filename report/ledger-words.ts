import type { LedgerReport } from '../core/report.ts';
import { clean } from './clean.ts';
import type { Nouns } from './nouns.ts';
import { count, many, missing, ranges, share } from './phrases.ts';

/** The ledger as label and sentence, the same in every format. */
export function ledgerRows(ledger: LedgerReport, { write, writes }: Nouns): { label: string; text: string; bad: boolean }[] {
  const { lost_allowed, indeterminate } = ledger;
  return [
    { label: 'acknowledged', text: many(ledger.acked, write), bad: false },
    { label: 'lost', text: `${many(ledger.lost, write)} acknowledged and not read back`, bad: ledger.lost > lost_allowed.count },
    {
      label: 'lost, allowed',
      text:
        lost_allowed.count === 0 && !lost_allowed.why
          ? '0'
          : `${count(lost_allowed.count)}${lost_allowed.why ? `: ${clean(lost_allowed.why)}` : ''}`,
      bad: false,
    },
    { label: 'duplicated', text: duplicated(ledger), bad: false },
    { label: 'reordered', text: count(ledger.reordered), bad: false },
    {
      label: 'indeterminate',
      text: `${count(indeterminate.present)} read back, ${count(indeterminate.absent)} not: neither lost nor extra`,
      bad: false,
    },
    { label: 'failed', text: `${many(ledger.failed, write)} proven never applied`, bad: false },
    { label: 'loss bound', text: bound(ledger, writes), bad: false },
  ];
}

/** Where the lost ones were stored; `where` is the partition with its offsets, or the lane. */
export interface LostPlace {
  where: string;
  offsets: string;
  lane: string;
  numbers: string;
  listed: number;
}

/** The lost ones by lane and number, and on Kafka by partition and offset, lowest partition first. */
export function lostPlaces({ lost_list }: LedgerReport): LostPlace[] {
  return [...lost_list]
    .sort((a, b) => (a.partition ?? 0) - (b.partition ?? 0))
    .map(({ lane, ranges: numbers, partition, offsets }) => ({
      where: partition === undefined ? lane : `p${partition}`,
      offsets: ranges(offsets ?? []),
      lane,
      numbers: ranges(numbers),
      listed: numbers.reduce((sum, [from, to]) => sum + to - from + 1, 0),
    }));
}

/** A lost place in one line. */
export function lostLine({ where, offsets, lane, numbers }: LostPlace): string {
  if (where === lane) return `${lane}: ${numbers}`;
  return `${where}: ${offsets ? `offsets ${offsets}` : 'offsets not remembered'} (numbers ${numbers} of lane ${lane})`;
}

function duplicated({ duplicated: all, duplicated_across_producers: across = 0 }: LedgerReport): string {
  if (across === 0) return count(all);
  const part = across === all ? 'all' : `${count(across)} of them`;
  return `${count(all)}, ${part} under different producer ids: the client's doing, which no idempotence prevents`;
}

/** What no loss among n writes proves, and what it does not. */
function bound({ loss_bound, acked }: LedgerReport, writes: string): string {
  if (loss_bound === null) return `${missing} (no bound where ${writes} were lost or none was acknowledged)`;
  return `at most ${share(loss_bound)} of this run's ${writes} at 95 % (3/n, n = ${count(acked)}); for the next fault one drill is one trial`;
}
