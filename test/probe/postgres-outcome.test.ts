import { expect, test } from 'vitest';
import { doubtOf, judge } from '../../probe/postgres/outcome.ts';

const failed = [
  ['connect', 'ECONNREFUSED'],
  ['connect', '57P03'],
  ['connect', '53300'],
  ['connect', '28000'],
  ['connect', '28P01'],
  ['statement', '25006'],
  ['statement', '57P03'],
] as const;

test.each(failed)('at the %s, %s comes before anything is appended', (phase, code) => {
  expect(judge(phase, { code })).toEqual({ outcome: 'failed', code });
});

const doubtful = [
  ['statement', 'ECONNREFUSED'],
  ['statement', '53300'],
  ['statement', '28000'],
  ['connect', '25006'],
  ['connect', 'ECONNRESET'],
  ['statement', 'ECONNRESET'],
  ['statement', 'EPIPE'],
  ['connect', 'ETIMEDOUT'],
  ['statement', '57P01'],
  ['statement', '57P02'],
  ['statement', '57014'],
  ['statement', '40001'],
  ['statement', '40003'],
  ['statement', '08006'],
  ['statement', '53100'],
  ['statement', '23505'],
  ['statement', 'XX000'],
  ['statement', '125006'],
] as const;

test.each(doubtful)('at the %s, %s may have been applied', (phase, code) => {
  expect(judge(phase, { code })).toEqual({ outcome: 'indeterminate', code });
});

test('an end without a code is named, and in doubt', () => {
  expect(judge('statement', new Error('Connection terminated unexpectedly'))).toEqual({ outcome: 'indeterminate', code: 'closed' });
  expect(judge('connect', 'what is this')).toEqual({ outcome: 'indeterminate', code: 'unknown' });
});

test('a notice takes a success away unless it is plain information', () => {
  expect(doubtOf({ code: '01000' })).toBe('notice 01000');
  expect(doubtOf({ code: '57P01' })).toBe('notice 57P01');
  expect(doubtOf({})).toBe('notice undefined');
  expect(doubtOf({ code: '00000' })).toBeUndefined();
});
