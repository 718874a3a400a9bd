import type { Report } from '../../core/report.ts';
import { clean } from '../clean.ts';
import { count, interval, many, missing } from '../phrases.ts';
import { isTwin, stamp, toneOf } from '../reading.ts';
import { type Look, type Paint, paint, row, title } from './paint.ts';

/** One drill of a game day; without a report `why` says what kept it from having one. */
export interface DayEntry {
  drill: { name: string };
  report: Report | null;
  why: string;
  /** Its engine cannot be had here: nothing was started, and that counts against nobody. */
  not_run?: boolean;
}

interface Cell {
  text: string;
  as?: Paint;
}

/** A game day as a table: one line a drill, then how many ended as they must and why the others did not. */
export function dayLines(entries: readonly DayEntry[], planned: number, look: Look): string[] {
  const lines = [['drill', 'ended', 'as it must?', 'recovery', 'lost'].map((text): Cell => ({ text, as: 'quiet' })), ...entries.map(cells)];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.text.length ?? 0)));
  const table = lines.map((line) =>
    `  ${line.map(({ text, as = 'plain' }, n) => paint(as, text, look) + ' '.repeat((widths[n] ?? 0) - text.length)).join('  ')}`.trimEnd(),
  );
  const right = entries.filter(({ report }) => report?.as_expected);
  const wrong = entries.filter(({ report }) => !report?.as_expected);
  const absent = entries.filter(({ not_run }) => not_run).length;
  const unrun = planned - entries.length + absent;
  const twins = right.filter(({ report }) => report && isTwin(report)).length;
  return [
    ...title('GAME DAY', look, many(planned, 'drill')),
    ...table,
    '',
    ...row(
      '',
      `${right.length} of ${planned} ended as they must${twins ? ` (${many(twins, 'twin')} that must not pass, and did not)` : ''}${unrun > 0 ? `, ${unrun} not run` : ''}`,
      look,
      { column: 0, as: right.length === planned ? 'good' : right.length === planned - absent ? 'doubt' : 'bad' },
    ),
    ...wrong.flatMap(({ drill, why }) => row('-', clean(`${drill.name}: ${why || 'no reason was given'}`), look, { column: 2 })),
  ];
}

function cells({ drill, report, not_run }: DayEntry): Cell[] {
  const name = { text: clean(drill.name, 40) };
  if (not_run) return [name, { text: 'NOT RUN', as: 'doubt' }, ...[missing, missing, missing].map((text) => ({ text }))];
  if (!report) return [name, { text: 'NO REPORT', as: 'bad' }, { text: 'no', as: 'bad' }, { text: missing }, { text: missing }];
  const { recovery, ledger, as_expected } = report;
  return [
    name,
    { text: stamp(report), as: toneOf(report) },
    as_expected ? { text: isTwin(report) ? 'yes, twin' : 'yes', as: 'good' } : { text: 'NO', as: 'bad' },
    { text: !recovery ? missing : recovery.hi_ms === null ? 'never' : interval(recovery) },
    { text: ledger ? count(ledger.lost) : missing },
  ];
}
