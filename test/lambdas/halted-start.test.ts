import { expect, test } from 'vitest';
import { haltRun } from '../../lambdas/halt.ts';
import { refuseIfHalted } from '../../lambdas/halted-start.ts';
import { virtualWorld } from '../virtual/world.ts';
import { aRun } from './runs-conformance.ts';

async function announced(halted: boolean) {
  const { tools } = virtualWorld();
  await tools.runs.claim(aRun('run-1'));
  const step = { template: 't', injecting_at: 0 };
  await tools.runs.change('run-1', (row) => ({
    ...row,
    phase: 'injecting',
    steps: [
      { ...step, step: 1, token: 'run-1/1', victims: ['broker-1'], experiment: 'EXP1' },
      { ...step, step: 2, token: 'run-1/2', victims: ['broker-2'], experiment: null },
    ],
  }));
  if (halted) await haltRun(tools, 'run-1', 'person', 'enough seen');
  return tools;
}

const start = (token: string) => ({ ClientToken: token, ExperimentTemplateId: 't', Tags: { run: 'run-1' } });
const stepsIn = async (tools: Awaited<ReturnType<typeof announced>>) => (await tools.runs.read('run-1'))?.steps.map(({ step }) => step);

test('a start after a halt is refused, and its announcement taken back', async () => {
  const tools = await announced(true);
  await expect(refuseIfHalted(tools.runs, start('run-1/2'), () => false)).rejects.toMatchObject({
    name: 'HaltedBeforeStart',
    message: 'not started: enough seen',
  });
  expect(await stepsIn(tools)).toEqual([1]);
});

test.each([
  ['the run goes on', false, 'run-1/2', false],
  ['the token started something before, which healing must find', true, 'run-1/2', true],
])('a start is let through where %s', async (_what, halted, token, known) => {
  const tools = await announced(halted);
  await refuseIfHalted(tools.runs, start(token), () => known);
  expect(await stepsIn(tools)).toEqual([1, 2]);
});

test('a step whose experiment is known stays, whatever its token is started with', async () => {
  const tools = await announced(true);
  await expect(refuseIfHalted(tools.runs, start('run-1/1'), () => false)).rejects.toThrow('not started');
  expect(await stepsIn(tools)).toEqual([1, 2]);
});
