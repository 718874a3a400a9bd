import type { Record } from '../../core/record.ts';
import type { Elections, Report } from '../../core/report.ts';
import { html, type Markup } from '../markup.ts';
import { nounsOf } from '../nouns.ts';
import { count, interval, many, missing, setting, span, utc } from '../phrases.ts';
import { ending, notDone, stamp, standing, toneOf } from '../reading.ts';

const signs = { good: '✓', doubt: '?', bad: '✗' };

/** The first screen: how it ended, the promise, why, and the figures that matter. */
export function headline(report: Report, record: Record): Markup {
  const tone = toneOf(report);
  const end = ending(report);
  const skipped = notDone(record);
  return html`<header>
<p class="kicker">Quorum drill, ${report.source}, ${report.engine.name} ${report.engine.version}</p>
<div class="top ${tone}"><span class="letter" aria-hidden="true">${report.grade ?? signs[tone]}</span>
<div><h1>${report.drill}</h1><p class="stamp">${signs[tone]} ${stamp(report)}</p></div></div>
<p class="why">${report.why}</p>
${skipped && html`<p class="why">Not done: ${skipped}.</p>`}
<p class="ending ${end.tone}">${signs[end.tone]} ${end.text}</p>
<p><strong>${report.title}.</strong> ${report.promise}</p>
<p class="meta">Run ${report.run}, started ${utc(report.started_at)}, took ${span(report.ended_at - report.started_at)}</p>
</header>
`;
}

/** The figures of the run, each with what it is measured against. */
export function figures(report: Report, record: Record): Markup {
  const { recovery, ledger, margin, elections } = report;
  const { writes, through } = nounsOf(report);
  const load = record.probe.lanes
    .filter((lane) => lane.kind === 'service')
    .reduce((sum, lane) => sum + (lane.period_ms > 0 && lane.segment < 2 ? 1000 / lane.period_ms : 0), 0);
  const cards: [name: string, value: string, note: string][] = [
    [
      'Recovery',
      recovery ? (recovery.hi_ms === null ? 'never' : interval(recovery)) : missing,
      recovery ? standing(recovery).text : 'not measured',
    ],
    ['Expected', recovery ? interval(recovery.expected) : missing, recovery ? `limit ${setting(recovery.limit_ms)}` : 'not measured'],
    ['Lost', ledger ? count(ledger.lost) : missing, ledger ? `of ${count(ledger.acked)} acknowledged ${writes}` : 'not read back'],
    [
      'Lowest margin',
      margin.min === null ? missing : count(margin.min),
      margin.before === null ? 'failures still tolerated; not seen' : `failures still tolerated; ${count(margin.before)} before`,
    ],
    [
      'Injected',
      record.victims.length ? record.victims.join(', ') : 'nothing',
      record.topology ? `of ${many(record.topology.members.length, 'member')}` : 'members unknown',
    ],
    ['Load', load ? `${count(Math.round(load))} ${writes}/s` : missing, load ? through : 'none was started'],
  ];
  if (elections) cards.push(['Elections', count(elections.leaders), electionsNote(elections)]);
  return html`<dl class="figures">${cards.map(([name, value, note]) => html`<div><dt>${name}</dt><dd><strong>${value}</strong><span>${note}</span></dd></div>`)}</dl>
`;
}

function electionsNote({ least, controllers, least_controllers }: Elections): string {
  return `of leaders, ${count(least)} needed; of controllers ${count(controllers)}, ${count(least_controllers)} needed`;
}
