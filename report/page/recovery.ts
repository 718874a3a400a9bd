import type { Expected, Interval, Recovery } from '../../core/report.ts';
import { first } from '../clean.ts';
import { type Content, html, type Markup, section, table } from '../markup.ts';
import { interval, many, setting, span } from '../phrases.ts';
import { classStanding, resolution, standing, unseenStep } from '../reading.ts';
import { reach } from '../scorecard/bar.ts';

/** Measured beside expected beside limit, on one scale that needs no picture; then steps and classes of lanes. */
export function recoverySection(recovery: Recovery | null): Markup {
  if (!recovery) return html``;
  const { shown, more } = first(recovery.steps, 20);
  const end = Math.max(1, ...shown.map((step) => step.to_ms ?? step.from_ms));
  return section(
    'recovery',
    'Recovery',
    html`<p>${recovery.stopped ? 'Counted from the return of what was lost until writes stay.' : 'How long writes were down, as an interval that holds the truth.'} Measured ${interval(recovery)}: ${standing(recovery).text}. ${recovery.stopped && `Writes stopped for ${interval(recovery.stopped)}.`} ${outages(recovery)} Seen with ${resolution(recovery)}.</p>`,
    scaleOf(recovery),
    table(
      'Steps of the recovery',
      ['Step', 'From', 'To', 'Took', ''],
      shown.map(({ name, from_ms, to_ms }) =>
        to_ms === null
          ? [name, span(from_ms), unseenStep(recovery), '', '']
          : [name, span(from_ms), span(to_ms), span(to_ms - from_ms), track(from_ms, to_ms, end, 'measured')],
      ),
    ),
    more > 0 && html`<p class="note">and ${more} more steps</p>`,
    classTable(recovery),
    table(
      'Worst gap of each step',
      ['Step', 'Victims', 'Worst gap', ''],
      (recovery.rounds ?? []).map((round, n) => [
        String(n + 1),
        round.victims.join(', '),
        interval(round),
        track(round.lo_ms, round.hi_ms ?? worst(recovery), worst(recovery), 'measured'),
      ]),
    ),
    comparison(recovery),
  );
}

/** Classes of lanes with their intervals, drawn on one scale where there is more than one. */
function classTable({ classes }: Recovery): Markup {
  const drawnToo = classes.length > 1;
  const to_ms = reach(
    classes.flatMap((each) => [each, each.expected]),
    0,
  );
  const rows = classes.map((each) => [
    each.name,
    each.lanes,
    interval(each),
    interval(each.expected),
    ...(drawnToo
      ? [
          html`${track(each.lo_ms, each.hi_ms ?? to_ms, to_ms, each.hi_ms === null ? 'measured open' : 'measured')}${track(each.expected.lo_ms, each.expected.hi_ms, to_ms, 'expected')}`,
          classStanding(each),
        ]
      : []),
  ]);
  const head = ['Class', 'Lanes', 'Measured', 'Expected', ...(drawnToo ? [`0 to ${span(to_ms)}`, 'Stands'] : [])];
  return table('Classes of lanes', head, rows);
}

function worst({ rounds = [] }: Recovery): number {
  return Math.max(1, ...rounds.map(({ lo_ms, hi_ms }) => hi_ms ?? lo_ms * 1.2));
}

type Scaled = [name: string, kind: string, at: Interval | Pick<Expected, 'lo_ms' | 'hi_ms'>, text: string];

function scaleOf(recovery: Recovery): Markup {
  const to_ms = reach([recovery, recovery.expected], recovery.limit_ms);
  return scale(to_ms, [
    ['Expected', 'expected', recovery.expected, interval(recovery.expected)],
    measured('Measured', recovery),
    ['Limit', 'limit', { lo_ms: recovery.limit_ms, hi_ms: recovery.limit_ms }, setting(recovery.limit_ms)],
  ]);
}

/** How long writes stopped here beside what the same arithmetic says of another configuration. */
function comparison({ compared = [], stopped, ...recovery }: Recovery): Markup {
  if (compared.length === 0) return html``;
  const here = stopped ?? recovery;
  const to_ms = reach([here, ...compared.map(({ expected }) => expected)], 0);
  const others = compared.map(({ name, expected }): Scaled => [name, 'expected', expected, `${interval(expected)}, computed`]);
  return html`<h3>Beside another configuration: how long writes stop</h3>${scale(to_ms, [measured('Here', here), ...others])}${compared.map(({ name, why }) => html`<p>${name} was not run: ${why}.</p>`)}`;
}

function measured(name: string, at: Interval): Scaled {
  return [name, at.hi_ms === null ? 'measured open' : 'measured', at, interval(at)];
}

function scale(to_ms: number, rows: Scaled[]): Markup {
  return html`<dl class="scale">${rows.map(([name, kind, { lo_ms, hi_ms }, text]): Content => html`<div><dt>${name}</dt><dd>${lo_ms > to_ms ? html`<span class="track beyond">beyond this scale →</span>` : track(lo_ms, hi_ms ?? to_ms, to_ms, kind)}<span class="value">${text}</span></dd></div>`)}
<div aria-hidden="true"><dt></dt><dd class="ends"><span>0</span><span>${span(to_ms)}</span></dd></div></dl>
`;
}

function track(from_ms: number, to_ms: number, end_ms: number, kind: string): Markup {
  const left = Math.max(0, Math.min(100, (from_ms / end_ms) * 100));
  const width = Math.max(0, Math.min(100 - left, ((to_ms - from_ms) / end_ms) * 100));
  return html`<span class="track" aria-hidden="true"><span class="${kind}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></span></span>`;
}

function outages({ outages: { count, longest_ms, total_ms } }: Recovery): string {
  if (count === 0) return 'No outage was seen.';
  if (count === 1) return 'One outage.';
  return `${many(count, 'outage')}, the longest ${interval(longest_ms)}, together ${interval(total_ms)}.`;
}
