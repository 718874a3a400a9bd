import { expect, test } from 'vitest';
import { isTerminal, standing } from '../../lambdas/experiments.ts';
import type { Experiment } from '../../lambdas/tools.ts';

const experiment = (status: string, end_at: number | null): Experiment => ({
  id: 'E',
  template: 't',
  tags: {},
  status,
  reason: '',
  start_at: 1,
  end_at,
  actions: [],
});

test.each([
  ['pending', null, 'live', false],
  ['initiating', null, 'live', false],
  ['running', null, 'live', false],
  ['stopping', null, 'live', false],
  ['completed', 2, 'completed', true],
  ['stopped', 2, 'ended', true],
  ['failed', 2, 'ended', true],
  ['cancelled', 2, 'ended', true],
  ['archived', 2, 'unknown', true],
  ['archived', null, 'unknown', false],
  ['Completed', null, 'unknown', false],
  ['', null, 'unknown', false],
] as const)('an experiment that is %s with end %s is %s, terminal %s', (status, end_at, kind, terminal) => {
  expect(standing(status)).toBe(kind);
  expect(isTerminal(experiment(status, end_at))).toBe(terminal);
});
