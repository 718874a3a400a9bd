import type { Report } from '../core/report.ts';
import { clean, first } from './clean.ts';
import { ledgerRows } from './ledger-words.ts';
import { interval, ranges, setting, span, utc } from './phrases.ts';
import { ending, marginLine, recoveryLine, resolution, stamp, standing } from './reading.ts';
import { restoreRows } from './restore.ts';

const rows_shown = 30;

/** A report for a pull request or a step summary; whatever people wrote in it cannot become markup, a link or a mention. */
export function renderMarkdown(report: Report): string {
  const { checks, recovery, ledger, admission, findings } = report;
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
    ledger ? table(['ledger', ''], [...ledgerRows(ledger).map(({ label, text }) => [label, text]), ...lostRows(ledger)]) : '',
    table(
      ['admission', 'decision', 'inequality'],
      admission.map(({ stage, admit, inequality }) => [stage, admit ? 'admit' : 'refuse', inequality]),
    ),
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
    ...recovery.steps.map(({ name, from_ms, to_ms }) => [name, `${span(from_ms)} to ${span(to_ms)}`]),
    ...(recovery.classes.length > 1 ? recovery.classes.map((each) => [`lanes: ${each.name}`, recoveryLine({ ...recovery, ...each })]) : []),
    ['resolution', resolution(recovery)],
  ];
}

function lostRows(ledger: NonNullable<Report['ledger']>): string[][] {
  return ledger.lost_list.map(({ lane, ranges: lost }) => [`lost on ${lane}`, ranges(lost)]);
}

function table(head: string[], body: string[][]): string {
  if (body.length === 0) return '';
  const { shown, more } = first(body, rows_shown);
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
