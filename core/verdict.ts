import type { CheckKind } from './checks/check.ts';
import { isLate, type LaneClass } from './lane-classes.ts';
import type { Check, Grade, Interval, Verdict } from './report.ts';

/** A check with its kind, which decides what its failure means. */
export interface KindCheck extends Check {
  kind: CheckKind;
}

export interface Decided {
  verdict: Verdict;
  grade: Grade;
  why: string;
}

/**
 * The first line that holds decides, in this order: a broken safety promise, a missing assumption, a safety promise in doubt, a
 * broken service promise, one in doubt, a class of lanes later than predicted, all as predicted. Nothing is averaged.
 */
export function decide(checks: KindCheck[], recovery: Interval | null, classes: LaneClass[]): Decided {
  const first = (kind: CheckKind, verdict: Verdict) => checks.find((check) => check.kind === kind && check.verdict === verdict);
  const unsafe = first('safety', 'fail');
  if (unsafe !== undefined) return { verdict: 'fail', grade: 'F', why: line(unsafe) };
  const unknown = checks.find((check) => check.kind === 'assumption' && check.verdict !== 'pass') ?? first('safety', 'inconclusive');
  if (unknown !== undefined) return { verdict: 'inconclusive', grade: 'C', why: line(unknown) };
  const late = first('service', 'fail');
  if (late !== undefined) return { verdict: 'fail', grade: 'D', why: line(late) };
  const doubtful = first('service', 'inconclusive');
  if (doubtful !== undefined) return { verdict: 'inconclusive', grade: 'C', why: line(doubtful) };
  if (!checks.some((check) => check.kind !== 'assumption')) return { verdict: 'inconclusive', grade: 'C', why: 'no promise was checked' };
  if (recovery === null || recovery.hi_ms === null || classes.length === 0)
    return { verdict: 'inconclusive', grade: 'C', why: 'recovery or its expectation is not known' };
  if (classes.some(isLate))
    return { verdict: 'pass', grade: 'B', why: 'every promise held, and recovery took longer than the topology predicts' };
  return { verdict: 'pass', grade: 'A', why: 'every promise held, and recovery was no longer than the topology predicts' };
}

function line(check: KindCheck): string {
  return `${check.name}: ${check.got}: ${check.why}`;
}
