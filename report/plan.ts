import type { Drill } from '../core/drill.ts';
import { mustEnd } from '../core/grade.ts';
import { lossExpected } from '../core/ledger-report.ts';
import type { Decision } from '../core/record.ts';
import type { Expected } from '../core/report.ts';
import { clean } from './clean.ts';
import { decidedOf, isOfPartition } from './decided.ts';
import { count, interval, many, setting, span } from './phrases.ts';
import { columns, type Look, paint, row, title } from './scorecard/paint.ts';
import { partitionDecisions } from './scorecard/sections.ts';

/** What a drill would do, computed without touching anything; `refusal` says why it would not start. */
export interface Plan {
  drill: Drill;
  decisions: Decision[];
  victims: string[];
  /** A text says why nothing can be expected. */
  expected: Expected | string;
  duration_s: number;
  refusal: string | null;
  /** What each class of lanes may expect, the worst first; absent where all are alike. */
  classes?: { name: string; targets: string[]; lo_ms: number; hi_ms: number }[];
  /** A rolling drill: whom each step would hit, and by which inequality it would be refused. */
  steps?: { victims: string[]; refusal: string | null }[];
  /** What it would touch, by name: pairs of a label and its text. */
  touches?: [label: string, text: string][];
  /** At public prices, in US dollars; null or absent where it costs nothing. */
  cost?: { orchestrator_usd: number; usd: number } | null;
}

/** The plan as plain lines: would it start and by which inequality, whom it hits, how long it may take. Ends without a newline. */
export function renderPlan(plan: Plan, look: Look): string {
  const { drill, refusal, decisions, expected } = plan;
  const late = typeof expected !== 'string' && expected.hi_ms > drill.limits.recovery_ms;
  return [
    ...row(clean(drill.name, 40), clean(drill.title, 120), look, {
      indent: 0,
      column: clean(drill.name, 40).length + 2,
      label_as: 'strong',
    }),
    '',
    ...row(
      refusal === null ? 'WOULD RUN' : 'REFUSED',
      refusal === null ? 'every decision below admits it; nothing was started' : clean(refusal),
      look,
      { label_as: refusal === null ? 'good' : 'bad' },
    ),
    ...row('promise', clean(drill.promise), look),
    ...row('must end', clean(mustEnd(drill)), look),
    ...title('ADMISSION', look),
    ...decisions
      .filter((each) => !isOfPartition(each))
      .flatMap(({ inequality, admit }) => row(admit ? 'admit' : 'refuse', clean(inequality), look, { label_as: admit ? 'good' : 'bad' })),
    ...partitionDecisions(decidedOf(decisions).partitions, look, 12),
    ...(decisions.length === 0 ? row('', 'no decision could be computed: doubt refuses', look, { column: 0 }) : []),
    ...title('BLAST RADIUS', look),
    ...blast(plan, look),
    ...title('RECOVERY', look),
    ...(typeof expected === 'string'
      ? row('expected', `nothing: ${clean(expected)}`, look, { as: 'bad' })
      : [...row('expected', interval(expected), look), ...expected.reasons.flatMap((reason) => row('', clean(reason), look))]),
    ...classLines(plan, look),
    ...row('limit', setting(drill.limits.recovery_ms), look, { as: late ? 'bad' : 'plain' }),
    ...row('loss', lossOf(drill), look),
    ...title('DURATION', look),
    ...row(
      'about',
      `${span(plan.duration_s * 1000)}, halted, then healed, after ${setting(drill.window.deadline_s * 1000)} at the latest`,
      look,
    ),
    ...(plan.cost ? row('cost', costOf(plan.cost), look) : []),
    paint('quiet', '─'.repeat(columns(look)), look),
  ].join('\n');
}

function blast({ drill, victims, refusal, steps = [], touches = [] }: Plan, look: Look): string[] {
  const all = steps.length > 0 ? [...new Set(steps.flatMap((step) => step.victims))] : victims;
  const hit = all.length ? clean(all.join(', '), 300) : 'nobody';
  return [
    ...row(
      refusal === null ? 'victims' : 'would hit',
      `${hit}${steps.length > 0 ? ', one after the other' : ''} (${all.length} of ${many(membersOf(drill), 'member')})`,
      look,
    ),
    ...touches.flatMap(([label, text]) => row(label, clean(text, 300), look)),
    ...row('fault', drill.fault.kind, look),
    ...row('load', loadOf(drill), look),
    ...stepLines(steps, look),
    ...row('guards', drill.guards.length ? clean(drill.guards.join(', ')) : "the probe's heartbeat alone", look),
  ];
}

/** A roll hits its victims one after the other, each behind an admission of its own. */
function stepLines(steps: NonNullable<Plan['steps']>, look: Look): string[] {
  return steps.flatMap(({ victims, refusal }, n) =>
    row(
      n === 0 ? 'steps' : '',
      `${n + 1} of ${steps.length}: ${clean(victims.join(', '), 200) || 'nobody'}${refusal === null ? '' : `, refused: ${clean(refusal)}`}`,
      look,
      { as: refusal === null ? 'plain' : 'bad' },
    ),
  );
}

function classLines({ classes = [] }: Plan, look: Look): string[] {
  if (classes.length < 2) return [];
  return classes.flatMap(({ name, targets, ...each }, n) =>
    row(n === 0 ? 'lanes' : '', `${name} (${clean(targets.join(', '), 120)}): ${interval(each)}`, look),
  );
}

/** What the report will hold the ledger to. */
function lossOf(drill: Drill): string {
  const { none, why } = lossExpected(drill);
  return `${none ? '0 acknowledged writes allowed: ' : ''}${clean(why)}`;
}

function costOf({ orchestrator_usd, usd }: NonNullable<Plan['cost']>): string {
  const fis_usd = usd - orchestrator_usd;
  return `about $${usd.toFixed(2)}: $${fis_usd.toFixed(2)} of FIS, $${orchestrator_usd.toFixed(3)} of all else, at the prices of us-east-1 without the free tier`;
}

function membersOf(drill: Drill): number {
  if (drill.store === 'etcd') return drill.topology.voters + drill.topology.learners;
  return drill.store === 'aurora' ? drill.topology.members : drill.topology.brokers + drill.topology.controllers;
}

function loadOf(drill: Drill): string {
  const { rate_hz, pinned_hz, read_hz } = drill.load;
  if (drill.store === 'etcd')
    return `${count(rate_hz)} writes a second, ${count(read_hz)} linearizable reads, ${count(pinned_hz)} serializable ones of each member`;
  return drill.store === 'aurora'
    ? `${count(rate_hz)} writes a second, ${count(pinned_hz)} on each copy, ${count(read_hz)} reads`
    : `${count(rate_hz)} records a second over ${many(drill.topology.partitions, 'partition')}, acks ${drill.client.acks}`;
}
