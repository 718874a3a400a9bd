import type { Drill } from './drill.ts';
import type { Expected } from './report.ts';
import { figure } from './words.ts';

/** A view of the topology older than this may not decide what is broken next. */
const OLDEST_VIEW_MS = 5_000;

/** One question of admission, answered with the arithmetic that answers it. */
export interface Ruling {
  admits: boolean;
  inequality: string;
}

/** `whenAdmitted` is added behind the word admit. */
export function rule(admits: boolean, arithmetic: string, whenAdmitted = ''): Ruling {
  return { admits, inequality: `${arithmetic}: ${admits ? `admit${whenAdmitted}` : 'refuse'}` };
}

/**
 * Whether a group keeps its quorum when `losing` of its `healthy` members go: k at once, a zone's worth, the leader, or one
 * at a time, which is a loss of one at every step. `group` names the members, such as `5 voters`.
 */
export function admitLoss(group: string, quorumName: string, quorum: number, healthy: number, losing: number): Ruling {
  const left = healthy - losing;
  return rule(
    left >= quorum,
    `${group}, ${quorumName} ${quorum}, healthy ${healthy}: after losing ${losing}, ${relation(left, quorum)}`,
    ` (margin ${left - quorum})`,
  );
}

/** A view older than 5 s refuses. */
export function freshView(age_ms: number): Ruling {
  return rule(Math.abs(age_ms) <= OLDEST_VIEW_MS, `view ${figure(age_ms)} ms old: ${relation(Math.abs(age_ms), OLDEST_VIEW_MS, '<=')} ms`);
}

/** Observed counts that are below the declared ones refuse; otherwise all pairs are shown. */
export function asDeclared(pairs: [what: string, observed: number, declared: number][]): Ruling {
  const weaker = pairs.filter(([, observed, wanted]) => observed < wanted);
  const lines = (weaker.length === 0 ? pairs : weaker).map(([what, observed, wanted]) => `${what} ${relation(observed, wanted)}`);
  return rule(weaker.length === 0, `observed against declared, ${lines.join(', ')}`);
}

/** A fault without a target refuses. */
export function targets(drill: Drill, victims: string[]): Ruling {
  return rule(
    victims.length >= 1,
    `${drill.fault.kind} hits ${victims.length === 0 ? 'nobody' : victims.join(', ')}: ${relation(victims.length, 1)}`,
  );
}

/** Whether recovery may be expected inside the limit; a text says why nothing can be expected, which refuses. */
export function withinLimit(drill: Drill, expected: Expected | string): Ruling {
  const limit_ms = drill.limits.recovery_ms;
  if (typeof expected === 'string') return rule(false, `expected recovery unknown, limit ${figure(limit_ms)} ms: ${expected}`);
  const { hi_ms } = expected;
  return rule(
    hi_ms <= limit_ms,
    `expected recovery at most ${figure(hi_ms)} ms, limit ${figure(limit_ms)} ms: ${relation(hi_ms, limit_ms, '<=')}`,
  );
}

/** `5 >= 4`, or what holds instead. */
export function relation(got: number, wanted: number, holds: '>=' | '<=' = '>='): string {
  const fine = holds === '>=' ? got >= wanted : got <= wanted;
  return `${figure(got)} ${fine ? holds : holds === '>=' ? '<' : '>'} ${figure(wanted)}`;
}
