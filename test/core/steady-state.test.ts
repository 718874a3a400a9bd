import { expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { AT, aRecord, laneOf, STARTED_AT } from './a-record.ts';

const verdictWithTrouble = (from_ms: number, to_ms: number) => {
  const record = aRecord((each) => {
    const at = (after_ms: number) => STARTED_AT + after_ms;
    laneOf(each, 'writer#0').outages.unshift({ start: [at(from_ms), at(from_ms + 1)], end: [at(to_ms), at(to_ms + 1)], attempts: 3 });
  });
  return grade(auroraFailover, record).checks.find((check) => check.name === 'steady-state')?.verdict;
};

test.each([
  ['ended before the baseline began', AT.fault - 4_040, AT.fault - 4_020, 'pass'],
  ['reached into the baseline', AT.fault - 4_040, AT.fault - 3_900, 'inconclusive'],
  ['just before the fault', AT.fault - 30, AT.fault - 10, 'inconclusive'],
])('trouble that %s', (_, from_ms, to_ms, verdict) => {
  expect(verdictWithTrouble(from_ms, to_ms)).toBe(verdict);
});
