import type { Record } from '../core/record.ts';
import type { Elections, Recovery, Report } from '../core/report.ts';
import { timelineOf } from '../core/timeline.ts';
import { clean } from './clean.ts';
import { count, interval, setting, span } from './phrases.ts';

/** How good the news is: decides a colour, and never carries the meaning alone. */
export type Tone = 'good' | 'doubt' | 'bad';

/** The instant all times are shown against: the start of the fault, or of the run where nothing was injected. */
export function zeroOf(record: Record): { at: number; name: string } {
  const { fault_at } = timelineOf(record);
  return fault_at === null ? { at: record.started_at, name: 'the start of the run' } : { at: fault_at, name: 'the start of the fault' };
}

/** The outcome in capitals, first what ended it and only then the letter: `PASS A`, `REFUSED`, `UNHEALED`. */
export function stamp(report: Report): string {
  if (report.outcome !== 'completed') return report.outcome.toUpperCase();
  return [report.verdict.toUpperCase(), report.grade].filter(Boolean).join(' ');
}

export function toneOf(report: Report): Tone {
  if (report.outcome === 'unhealed' || report.verdict === 'fail') return 'bad';
  return report.outcome === 'completed' && report.verdict === 'pass' ? 'good' : 'doubt';
}

/** True for a drill that must not pass: shown as such, never as a plain pass or failure. */
export function isTwin(report: Report): boolean {
  return !/^pass\b/i.test(report.must_end);
}

/** Whether the run ended as its drill declares: one line, the same words everywhere. */
export function ending(report: Report): { tone: Tone; text: string } {
  const must = clean(report.must_end);
  if (report.as_expected) return { tone: 'good', text: isTwin(report) ? `ended as it must (${must})` : `ended as declared (${must})` };
  return { tone: 'bad', text: `did not end as it must (${must})` };
}

/** What a refused run never did, by the gate that stopped it. */
export function notDone(record: Record): string {
  if (record.outcome.kind !== 'refused') return '';
  const done = {
    claim: 'nothing was started: no load, no fault',
    preflight: 'no load was started and no fault injected',
    readmission: 'the load ran, and no fault was injected',
  };
  return done[record.outcome.at];
}

/** Where recovery lies against expectation and limit, in words. */
export function standing(recovery: Recovery): { tone: Tone; text: string } {
  const { lo_ms, hi_ms, expected, limit_ms } = recovery;
  if (hi_ms === null) return { tone: 'bad', text: 'writes never came back while the witnesses watched' };
  if (lo_ms > limit_ms) return { tone: 'bad', text: `beyond the limit of ${setting(limit_ms)}` };
  if (hi_ms > limit_ms) return { tone: 'doubt', text: `the limit of ${setting(limit_ms)} lies inside the measured interval` };
  if (hi_ms > expected.hi_ms) return { tone: 'good', text: 'later than expected, inside the limit' };
  if (hi_ms < expected.lo_ms) return { tone: 'good', text: 'earlier than expected' };
  return { tone: 'good', text: 'inside the expected interval' };
}

/** How many more failures could be taken, before and at worst; what was not seen is called unknown. */
export function marginLine({ before, min }: Report['margin']): string {
  if (before === null && min === null) return 'not seen';
  const known = (value: number | null) => (value === null ? 'unknown' : count(value));
  return `${known(before)} before the fault, ${known(min)} at the lowest (failures still tolerated)`;
}

/** Elections counted against the fewest that the fault can be had with. */
export function electionLines({ leaders, least, controllers, least_controllers }: Elections): { label: string; text: string }[] {
  const against = (n: number, fewest: number) => `${count(n)} (the fault needs at least ${count(fewest)})`;
  return [
    { label: 'elections of a leader', text: leaders === null ? 'not seen: the probe saw no partition' : against(leaders, least) },
    { label: 'elections of the active controller', text: against(controllers, least_controllers) },
  ];
}

/** Where one class of lanes lies against what it may expect. */
export function classStanding({ hi_ms, expected }: Recovery['classes'][number]): string {
  if (hi_ms === null) return 'never back';
  if (hi_ms < expected.lo_ms) return 'earlier than expected';
  return hi_ms > expected.hi_ms ? 'later than expected' : 'as expected';
}

/** Measured against expected and limit in one line. */
export function recoveryLine(recovery: Recovery): string {
  return `${interval(recovery)}, expected ${interval(recovery.expected)}, limit ${setting(recovery.limit_ms)}`;
}

/** What is said of a step that was waited for and not seen. */
export function unseenStep({ rounds }: Recovery): string {
  return `not seen before ${rounds === undefined ? '' : 'the next step or '}healing`;
}

/** What limits how finely recovery was seen. */
export function resolution(recovery: Recovery): string {
  return `one write every ${span(recovery.probe_period_ms)}, longest stall of the probe itself ${span(recovery.longest_stall_ms)}`;
}
