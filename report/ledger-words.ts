import type { LedgerReport } from '../core/report.ts';
import { clean } from './clean.ts';
import { count, many, missing, share } from './phrases.ts';

/** The ledger as label and sentence, the same in every format. */
export function ledgerRows(ledger: LedgerReport): { label: string; text: string; bad: boolean }[] {
  const { lost_allowed, indeterminate } = ledger;
  return [
    { label: 'acknowledged', text: many(ledger.acked, 'write'), bad: false },
    { label: 'lost', text: `${many(ledger.lost, 'write')} acknowledged and not read back`, bad: ledger.lost > lost_allowed.count },
    {
      label: 'lost, allowed',
      text:
        lost_allowed.count === 0 && !lost_allowed.why
          ? '0'
          : `${count(lost_allowed.count)}${lost_allowed.why ? `: ${clean(lost_allowed.why)}` : ''}`,
      bad: false,
    },
    { label: 'duplicated', text: count(ledger.duplicated), bad: false },
    { label: 'reordered', text: count(ledger.reordered), bad: false },
    {
      label: 'indeterminate',
      text: `${count(indeterminate.present)} read back, ${count(indeterminate.absent)} not: neither lost nor extra`,
      bad: false,
    },
    { label: 'failed', text: `${many(ledger.failed, 'write')} proven never applied`, bad: false },
    { label: 'loss bound', text: bound(ledger), bad: false },
  ];
}

/** What no loss among n writes proves, and what it does not. */
function bound({ loss_bound, acked }: LedgerReport): string {
  if (loss_bound === null) return `${missing} (no bound where writes were lost or none was acknowledged)`;
  return `at most ${share(loss_bound)} of this run's writes at 95 % (3/n, n = ${count(acked)}); for the next fault one drill is one trial`;
}
