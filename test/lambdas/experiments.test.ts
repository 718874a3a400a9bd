import { expect, test } from 'vitest';
import { experimentsOf, isTerminal, standing } from '../../lambdas/experiments.ts';
import type { Experiment, RunRow, Step } from '../../lambdas/tools.ts';
import { virtualWorld } from '../virtual/world.ts';

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

test('a step whose start was never confirmed is not given what another step of the roll holds', async () => {
  const { tools } = virtualWorld();
  const step = (number: number, held: string | null): Step => {
    return { step: number, template: 't', token: `run-1/${number}`, victims: [], injecting_at: 0, experiment: held };
  };
  const steps = [step(1, 'EXP1'), step(2, null)];
  const found = ['EXP1', 'EXP2'].map((id) => ({ ...experiment('running', null), id }));
  tools.faults.find = async () => found;
  tools.faults.get = async (id) => found.find((each) => each.id === id);
  const row = { run: 'run-1', steps } as RunRow;
  expect((await Promise.all(steps.map((each) => experimentsOf(tools, row, each)))).map((all) => all.map(({ id }) => id))).toEqual([
    ['EXP1'],
    ['EXP2'],
  ]);
});
