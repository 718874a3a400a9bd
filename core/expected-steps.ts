import type { Expected } from './report.ts';
import { span } from './words.ts';

/** One step of a recovery that comes after another. */
export type ExpectedStep = [reason: string, lo_ms: number, hi_ms: number];

/** Steps one after the other. */
export function add(steps: ExpectedStep[]): Expected {
  return {
    lo_ms: steps.reduce((sum, [, lo]) => sum + lo, 0),
    hi_ms: steps.reduce((sum, [, , hi]) => sum + hi, 0),
    reasons: steps.map(([reason, lo, hi]) => `${reason}: ${span(lo, hi)}`),
  };
}
