import type { Record } from '../../core/record.ts';
import type { Check, Report } from '../../core/report.ts';
import { brief, clean, first } from '../clean.ts';
import { type Decided, decidedOf } from '../decided.ts';
import { ledgerRows, lostLine, lostPlaces } from '../ledger-words.ts';
import { nounsOf } from '../nouns.ts';
import { many, offset } from '../phrases.ts';
import { marginLine, zeroOf } from '../reading.ts';
import { type Look, type Paint, paint, row, title } from './paint.ts';

/** Partitions whose arithmetic a screen shows; the page has all of them. */
const worst_shown = 4;

const marks: { [V in Check['verdict']]: { mark: string; as: Paint } } = {
  pass: { mark: '✓ pass', as: 'good' },
  inconclusive: { mark: '? inconclusive', as: 'doubt' },
  fail: { mark: '✗ FAIL', as: 'bad' },
};

/** How many checks came out which way. */
export function tally(checks: readonly Check[]): string {
  const of = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  return `${of('pass')} pass, ${of('inconclusive')} inconclusive, ${of('fail')} fail`;
}

export function checkLines({ checks }: Report, look: Look): string[] {
  if (checks.length === 0) return [];
  return [
    ...title('CHECKS', look, tally(checks)),
    ...checks.flatMap(({ name, verdict, wanted, got, why }) => {
      const { mark, as } = marks[verdict];
      return [
        `  ${paint(as, mark, look)}${' '.repeat(Math.max(2, 16 - mark.length))}${paint('strong', clean(name, 100), look)}`,
        ...row('wanted', clean(wanted), look, { indent: 4, column: 8 }),
        ...row('got', clean(got), look, { indent: 4, column: 8 }),
        ...(why ? row('why', clean(why), look, { indent: 4, column: 8 }) : []),
      ];
    }),
  ];
}

export function ledgerLines(report: Report, look: Look): string[] {
  const { ledger } = report;
  const nouns = nounsOf(report);
  if (!ledger)
    return [...title('LEDGER', look), ...row('', 'nothing was read back, so nothing is claimed about loss', look, { column: 0 })];
  const { shown, more } = first(lostPlaces(ledger), 20);
  const lostWhat = nouns.store === 'msk' ? nouns.writes : 'numbers';
  return [
    ...title('LEDGER', look),
    ...ledgerRows(ledger, nouns).flatMap(({ label, text, bad }) => row(label, text, look, { column: 16, as: bad ? 'bad' : 'plain' })),
    ...shown.flatMap((place, n) => row(n === 0 ? `lost ${lostWhat}` : '', clean(lostLine(place), 500), look, { column: 16 })),
    ...(more ? row('', `and ${more} more lanes, all in record.json`, look, { column: 16 }) : []),
  ];
}

export function admissionLines({ admission, margin }: Report, look: Look): string[] {
  const { whole, partitions } = decidedOf(admission);
  const { shown, more } = first(whole, 20);
  return [
    ...title('ADMISSION', look),
    ...(admission.length === 0 ? row('', 'no decision was recorded', look, { column: 0 }) : []),
    ...shown.flatMap(({ when, admit, inequality }) => row(when, inequality, look, { column: 14, as: admit ? 'plain' : 'bad' })),
    ...(more ? row('', `and ${more} more`, look, { column: 14 }) : []),
    ...partitionDecisions(partitions, look),
    ...row('margin', marginLine(margin), look, { column: 14 }),
  ];
}

/** The worst partitions and how many more there are: a refusal on the first line, or none at all. */
export function partitionDecisions(partitions: Decided[], look: Look, column = 14): string[] {
  const { shown, more } = first(partitions, worst_shown);
  const refused = partitions.slice(worst_shown).filter(({ admit }) => !admit).length;
  return [
    ...shown.flatMap(({ admit, inequality }, n) =>
      row(n === 0 ? 'partitions' : '', inequality, look, { column, as: admit ? 'plain' : 'bad' }),
    ),
    ...(more ? row('', `and ${more} more, none worse${refused > 0 ? `, ${refused} of them refused` : ''}`, look, { column }) : []),
  ];
}

export function findingLines({ findings }: Report, look: Look): string[] {
  if (findings.length === 0) return [];
  const { shown, more } = first(findings, 20);
  return [
    ...title('FINDINGS', look),
    ...shown.flatMap((each) => row('-', clean(each), look, { column: 2 })),
    ...(more ? row('', `and ${more} more`, look, { column: 2 }) : []),
  ];
}

/** The events that a reader needs on a screen; the page and the record hold all of them. */
export function eventLines(report: Report, record: Record, look: Look): string[] {
  if (report.timeline.length === 0) return [];
  const zero = zeroOf(record);
  const { shown, more } = first(report.timeline, 24);
  return [
    ...title('TIMELINE', look, `from ${zero.name}, ${many(report.timeline.length, 'event')}`),
    ...shown.flatMap(({ at, what, who, text }) =>
      row(offset(at - zero.at).padStart(10), brief([what, who, text && `(${text})`].filter(Boolean).join(' '), 130), look, { column: 12 }),
    ),
    ...(more ? row('', `and ${more} more`, look) : []),
  ];
}
