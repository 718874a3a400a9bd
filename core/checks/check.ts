import type { Drill } from '../drill.ts';
import type { Evidence } from '../evidence.ts';
import type { Verdict } from '../report.ts';

/** assumption: without it the run proves nothing; safety: broken means F whatever else; service: broken means D. */
export type CheckKind = 'assumption' | 'safety' | 'service';

/** What a check found; an assumption that does not hold is inconclusive, never a failure. */
export interface Finding {
  verdict: Verdict;
  got: string;
  why: string;
}

/** One graded question. `applies` says for which drills it is asked. */
export interface CheckRule {
  name: string;
  kind: CheckKind;
  applies: (drill: Drill) => boolean;
  wanted: (drill: Drill) => string;
  find: (evidence: Evidence) => Finding;
}

export const pass = (got: string, why: string): Finding => ({ verdict: 'pass', got, why });
export const fail = (got: string, why: string): Finding => ({ verdict: 'fail', got, why });
export const doubt = (got: string, why: string): Finding => ({ verdict: 'inconclusive', got, why });

export const always = (): boolean => true;
