import { protocolErrorsCodesById } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { codeOf, errorName, isBrokerError, isRetriable, isStale, judge } from '../../probe/kafka/outcome.ts';

const errors = Object.entries(protocolErrorsCodesById).filter(([code]) => code !== '0');

test('there is an error for each of Kafka', () => expect(errors.length).toBeGreaterThan(100));

test.each(errors)('code %s, %s: failed only where it comes before any append', (code, name) => {
  expect(errorName(Number(code))).toBe(name);
  expect(judge('produce', name)).toEqual({ outcome: code === '19' ? 'failed' : 'indeterminate', code: name });
});

test.each([
  ['connect', 'ECONNREFUSED', 'failed'],
  ['connect', 'ECONNRESET', 'indeterminate'],
  ['connect', 'ETIMEDOUT', 'indeterminate'],
  ['connect', 'EHOSTUNREACH', 'indeterminate'],
  ['connect', 'SASL_AUTHENTICATION_FAILED', 'indeterminate'],
  ['connect', 'NOT_ENOUGH_REPLICAS', 'indeterminate'],
  ['produce', 'ECONNREFUSED', 'indeterminate'],
  ['produce', 'ECONNRESET', 'indeterminate'],
  ['produce', 'EPIPE', 'indeterminate'],
  ['produce', 'closed', 'indeterminate'],
  ['produce', 'timeout', 'indeterminate'],
] as const)('at the %s, %s: %s', (phase, code, outcome) => {
  expect(judge(phase, code)).toEqual({ outcome, code });
});

test('a code that Kafka may yet invent is named by its number, and in doubt', () => {
  expect(judge('produce', errorName(4711))).toEqual({ outcome: 'indeterminate', code: 'error 4711' });
});

test('the code of an error is the one that the library wraps', () => {
  const socket = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const library = (code: string, more: object) => Object.assign(new Error('of the library'), { code: `PLT_KFK_${code}`, ...more });
  expect(codeOf(library('NETWORK', { cause: library('NETWORK', { cause: socket }) }))).toBe('ECONNRESET');
  expect(codeOf(library('RESPONSE', { errors: [library('PROTOCOL', { apiId: 'NOT_LEADER_OR_FOLLOWER' })] }))).toBe(
    'NOT_LEADER_OR_FOLLOWER',
  );
  expect(codeOf(library('NETWORK', {}))).toBe('closed');
  expect(codeOf('what is this')).toBe('unknown');
});

test('which errors send a lane elsewhere, and which let it send again', () => {
  expect(['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE'].map(isStale)).toEqual([true, true]);
  expect(['NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT'].map(isStale)).toEqual([false, false]);
  expect(['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REQUEST_TIMED_OUT'].map(isRetriable)).toEqual([true, true, true]);
  expect(['MESSAGE_TOO_LARGE', 'INVALID_REQUIRED_ACKS', 'ECONNRESET'].map(isRetriable)).toEqual([false, false, false]);
  expect(['MESSAGE_TOO_LARGE', 'ECONNRESET'].map(isBrokerError)).toEqual([true, false]);
});
