import type { Evidence } from '../evidence.ts';
import { isLate, type LaneClass } from '../lane-classes.ts';
import { quorumNouns } from '../nouns.ts';
import { roundOut } from '../recovery.ts';
import type { Interval } from '../report.ts';
import { ms, span } from '../words.ts';
import { type CheckRule, doubt, type Finding, fail, pass } from './check.ts';

/** Writes are back for good within the limit: after the fault, or in a negative drill after the return of a copy. */
export const recoveryWithinLimit: CheckRule = {
  name: 'recovery-within-limit',
  kind: 'service',
  applies: (drill) => drill.promises.includes('recovery-within-limit'),
  wanted: ({ limits, negative, store }) =>
    `writes back within ${ms(limits.recovery_ms)}${negative === undefined ? '' : ` of the return of ${quorumNouns[store].one}`}`,
  find: (evidence) => within(evidence, evidence.recovery, 'recovery'),
};

/** No gap in acknowledged writes beyond the limit. */
export const writesNeverStop: CheckRule = {
  name: 'writes-never-stop',
  kind: 'service',
  applies: (drill) => drill.promises.includes('writes-never-stop'),
  wanted: (drill) => `no gap in acknowledged writes beyond ${ms(drill.limits.recovery_ms)}`,
  find: (evidence) => within(evidence, longestGap(evidence), 'the longest gap'),
};

/** Two short gaps some seconds apart are one recovery, but writes were acknowledged between them. */
function longestGap({ recovery, outages }: Evidence): Interval | null {
  return recovery === null || outages === null || outages.count === 0 ? recovery : roundOut(outages.longest_ms);
}

function within({ drill, classes }: Evidence, interval: Interval | null, what: string): Finding {
  const limit_ms = drill.limits.recovery_ms;
  if (interval === null) return doubt('not known', 'nothing tells from when to count, or no lane went through the service endpoint');
  const got = span(interval.lo_ms, interval.hi_ms);
  if (interval.lo_ms > limit_ms) return fail(got, `${what} is beyond its limit: ${ms(interval.lo_ms)} > ${ms(limit_ms)}`);
  if (interval.hi_ms === null) return doubt(got, 'watching ended before writes came back');
  if (interval.hi_ms > limit_ms) return doubt(got, `the limit of ${ms(limit_ms)} lies inside what was measured`);
  if (classes.length === 0) return doubt(got, 'nothing can be expected of this topology');
  const words = expectedOf(classes);
  return pass(
    got,
    classes.some(isLate) ? `within the limit, later than predicted: ${words}` : `inside what the topology predicts: ${words}`,
  );
}

/** Of several classes each beside its own expectation, and the reasons of the worst. */
function expectedOf(classes: LaneClass[]): string {
  const [worst] = classes;
  const expected = ({ expected: { lo_ms, hi_ms } }: LaneClass) => `expected ${span(lo_ms, hi_ms)}`;
  const reasons = worst?.expected.reasons.join('; ') ?? '';
  if (classes.length === 1 && worst !== undefined) return `${expected(worst)} (${reasons})`;
  const each = classes.map(
    (one) => `${one.name} ${one.recovery === null ? '' : span(one.recovery.lo_ms, one.recovery.hi_ms)}, ${expected(one)}`,
  );
  return `${each.join('; ')} (${worst?.name}: ${reasons})`;
}
