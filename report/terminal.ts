import type { Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { clean } from './clean.ts';
import { count, span, utc } from './phrases.ts';
import { ending, notDone, stamp, toneOf } from './reading.ts';
import { type DayEntry, dayLines } from './scorecard/day.ts';
import { columns, type Look, paint, row } from './scorecard/paint.ts';
import { partitionLines } from './scorecard/partitions.ts';
import { recoveryLines } from './scorecard/recovery.ts';
import { restoreLines } from './scorecard/restore.ts';
import { admissionLines, checkLines, eventLines, findingLines, ledgerLines } from './scorecard/sections.ts';

/** The scorecard of one run as plain lines, with ANSI colour only where asked; ends without a newline. */
export function renderTerminal(report: Report, record: Record, look: Look): string {
  const refused = report.outcome === 'refused';
  return [
    ...headline(report, record, look),
    ...(refused ? admissionLines(report, look) : []),
    ...checkLines(report, look),
    ...(report.recovery ? recoveryLines(report.recovery, look) : []),
    ...partitionLines(report, record, look),
    ...restoreLines(report, look),
    ...(refused ? [] : [...ledgerLines(report, look), ...admissionLines(report, look)]),
    ...findingLines(report, look),
    ...eventLines(report, record, look),
  ].join('\n');
}

/** A game day of `planned` drills as a table; drills that were not reached are counted, not shown. */
export function renderDay(entries: readonly DayEntry[], planned: number, look: Look): string {
  return dayLines(entries, planned, look).slice(1).join('\n');
}

function name(report: Report, look: Look): string[] {
  const drill = clean(report.drill, 40);
  return row(drill, clean(report.title, 120), look, { indent: 0, column: drill.length + 2, label_as: 'strong' });
}

function headline(report: Report, record: Record, look: Look): string[] {
  const end = ending(report);
  const skipped = notDone(record);
  const rule = paint('quiet', '─'.repeat(columns(look)), look);
  return [
    rule,
    ...name(report, look),
    ...row('', clean(`${report.run} · ${report.source} · ${report.engine.name} ${report.engine.version}`, 300), look, {
      indent: 0,
      column: 0,
      as: 'quiet',
    }),
    ...row('', `${utc(report.started_at)} · took ${span(report.ended_at - report.started_at)}`, look, {
      indent: 0,
      column: 0,
      as: 'quiet',
    }),
    rule,
    '',
    ...row(stamp(report), clean(report.why), look, { column: Math.max(12, stamp(report).length + 2), label_as: toneOf(report) }),
    ...row('', end.text, look, { column: Math.max(12, stamp(report).length + 2), as: end.tone }),
    ...(skipped ? row('not done', skipped, look, { as: 'strong' }) : []),
    ...row('promise', clean(report.promise), look),
    ...row(
      'injected',
      record.victims.length
        ? `${clean(record.victims.join(', '), 200)} (${count(record.victims.length)} of ${count(record.topology?.members.length)})`
        : 'nothing',
      look,
    ),
  ];
}
