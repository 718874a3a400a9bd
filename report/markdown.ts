import type { Report } from '../core/report.ts';
import { clean, first } from './clean.ts';
import { decidedOf } from './decided.ts';
import { ledgerRows, lostLine, lostPlaces } from './ledger-words.ts';
import { nounsOf } from './nouns.ts';
import { interval, setting, span, utc } from './phrases.ts';
import { classStanding, electionLines, ending, marginLine, recoveryLine, resolution, stamp, standing, unseenStep } from './reading.ts';
import { restoreRows } from './restore.ts';

const rows_shown = 30;
const partitions_shown = 5;

/** A report for a pull request or a step summary; whatever people wrote in it cannot become markup, a link or a mention. */
export function renderMarkdown(report: Report): string {
  const { checks, recovery, ledger, admission, findings, elections } = report;
  const { whole, partitions } = decidedOf(admission);
  return [
    `## ${stamp(report)}: ${safe(report.drill)}`,
    `**${safe(report.why)}**`,
    `${safe(report.promise)} This drill ${safe(ending(report).text)}.`,
    table(
      ['check', 'verdict', 'wanted', 'got', 'why'],
      checks.map((check) => [check.name, check.verdict, check.wanted, check.got, check.why]),
    ),
    recovery ? table(['recovery', ''], recoveryRows(recovery)) : '',
    report.restore
      ? table(
          ['restore', ''],
          restoreRows(report.restore).map(({ label, text }) => [label, text]),
        )
      : '',
    ledger
      ? table(['ledger', ''], [...ledgerRows(ledger, nounsOf(report)).map(({ label, text }) => [label, text]), ...lostRows(ledger)])
      : '',
    table(
      ['admission', 'decision', 'inequality'],
      partitions.length === 0
        ? admission.map(({ stage, admit, inequality }) => [stage, admit ? 'admit' : 'refuse', inequality])
        : whole.map(({ when, admit, inequality }) => [when, admit ? 'admit' : 'refuse', inequality]),
    ),
    table(
      ['partition, worst first', 'decision'],
      partitions.map(({ inequality, admit }) => [inequality, admit ? 'admit' : 'refuse']),
      partitions_shown,
    ),
    elections ? list(electionLines(elections).map(({ label, text }) => `${label}: ${text}`)) : '',
    `Margin: ${marginLine(report.margin)}.`,
    list(findings),
    `<sub>${safe(report.run)}, ${safe(report.source)}, ${safe(`${report.engine.name} ${report.engine.version}`)}, ${utc(report.started_at)}, took ${span(report.ended_at - report.started_at)}</sub>`,
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function recoveryRows(recovery: NonNullable<Report['recovery']>): string[][] {
  return [
    ['measured', interval(recovery)],
    ['expected', interval(recovery.expected)],
    ['limit', setting(recovery.limit_ms)],
    ['stands', standing(recovery).text],
    ...(recovery.stopped ? [['stopped', interval(recovery.stopped)]] : []),
    ...recovery.steps.map(({ name, from_ms, to_ms }) => [
      name,
      to_ms === null ? unseenStep(recovery) : `${span(from_ms)} to ${span(to_ms)}`,
    ]),
    ...(recovery.classes.length > 1
      ? recovery.classes.map((each) => [`lanes: ${each.name}`, `${recoveryLine({ ...recovery, ...each })}: ${classStanding(each)}`])
      : []),
    ...(recovery.rounds ?? []).map((round, n): string[] => [`step ${n + 1}: ${round.victims.join(', ')}`, interval(round)]),
    ...(recovery.compared ?? []).map(({ name, expected, why }): string[] => [
      `beside it: ${name}`,
      `${interval(expected)} expected, not measured: ${why}`,
    ]),
    ['resolution', resolution(recovery)],
  ];
}

function lostRows(ledger: NonNullable<Report['ledger']>): string[][] {
  return lostPlaces(ledger).map((place) => [`lost on ${place.where}`, lostLine(place).slice(place.where.length + 2)]);
}

function table(head: string[], body: string[][], rows = rows_shown): string {
  if (body.length === 0) return '';
  const { shown, more } = first(body, rows);
  const line = (cells: string[]) => `| ${cells.map(safe).join(' | ')} |`;
  const table = [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...shown.map(line)].join('\n');
  return more ? `${table}\n\nand ${more} more` : table;
}

function list(items: string[]): string {
  const { shown, more } = first(items, rows_shown);
  return [...shown.map((item) => `- ${safe(item)}`), ...(more ? [`- and ${more} more`] : [])].join('\n');
}

/** Entities rather than backslashes, which tables and mentions do not all honour; names with a dash or dot stay as they are. */
function safe(text: string): string {
  return clean(text, 300).replace(/[&<>|`*_[\]#@~\\$!]|:\/\/|www\./g, (found) => [...found].map((c) => `&#${c.codePointAt(0)};`).join(''));
}
