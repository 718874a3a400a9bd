import { expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { heal } from '../../lambdas/heal.ts';
import type { Experiment } from '../../lambdas/tools.ts';
import { type VirtualWorld, virtualWorld } from '../virtual/world.ts';

const run = { run: 'run-1' };

/** A claimed run whose row announced one step, with these experiments to its name. */
async function injected(experiment: string | null, all: Experiment[]): Promise<VirtualWorld> {
  const world = virtualWorld();
  const { tools, clock } = world;
  await claim(tools)({ ...run, execution: 'e', input: { drill: 'virtual-failover' } });
  const step = { step: 1, template: 't', token: 'run-1/1', victims: ['pg-1'], injecting_at: clock.now(), experiment };
  await tools.runs.change('run-1', (row) => ({ ...row, phase: 'injected', steps: [step] }));
  tools.faults.get = async (id) => all.find((each) => each.id === id);
  tools.faults.find = async () => all;
  return world;
}

const experiment = (id: string, status: string): Experiment => ({
  id,
  template: 't',
  tags: { run: 'run-1' },
  status,
  reason: '',
  start_at: 1,
  end_at: null,
  actions: [],
});

test.each([
  ['whose answer was lost', null],
  ['that the row holds', 'EXP1'],
])('beside the experiment %s, another one of the run is stopped and seen to end', async (_, known) => {
  const all = [experiment('EXP1', 'completed'), experiment('EXP2', 'running')];
  const world = await injected(known, all);
  const stopped: string[] = [];
  world.tools.faults.stop = async (id) => void stopped.push(id);
  for (let look = 0; look < 2; look += 1)
    expect(await heal(world.tools)(run)).toEqual({ status: 'wait', why: 'experiment EXP2 is running' });
  expect(stopped).toEqual(['EXP2', 'EXP2']);
  Object.assign(all[1] ?? {}, { status: 'stopped', end_at: 2 });
  expect(await heal(world.tools)(run)).toMatchObject({ status: 'healed' });
});

test.each([
  ['undo works', async () => undefined],
  ['undo throws', async () => Promise.reject(new Error('no way back'))],
  ['undo hangs', () => new Promise<void>(() => undefined)],
])('healing that gives up has tried to undo what it could not confirm as stopped: %s', async (_, undo) => {
  const world = await injected('EXP1', [experiment('EXP1', 'running')]);
  let undone = 0;
  world.tools.faults.stop = async () => undefined;
  world.tools.faults.undo = () => {
    undone += 1;
    return undo();
  };
  expect(await heal(world.tools)(run)).toMatchObject({ status: 'wait' });
  expect(undone).toBe(0);
  const { heal_deadline_at = 0, deadline_at = 0 } = (await world.tools.runs.read('run-1')) ?? {};
  await world.clock.drive(world.clock.sleep(heal_deadline_at - deadline_at));
  const last = await world.clock.drive(heal(world.tools)(run));
  expect(last).toEqual({ status: 'unhealed', why: 'not healed within the deadline: experiment EXP1 is running' });
  expect(undone).toBe(1);
});

test('a start that may itself have taken a minute is looked for a minute from the begin of healing, and more than once', async () => {
  const all: Experiment[] = [];
  const world = await injected(null, all);
  let looks = 0;
  world.tools.faults.find = async () => {
    looks += 1;
    return all;
  };
  const look = () => world.clock.drive(heal(world.tools)(run));
  await world.clock.drive(world.clock.sleep(70_000));
  expect(await look()).toMatchObject({ status: 'wait', why: expect.stringContaining('looked for') });
  await world.clock.drive(world.clock.sleep(30_000));
  all.push(experiment('EXP1', 'running'));
  expect(await look()).toEqual({ status: 'wait', why: 'experiment EXP1 is running' });
  expect(looks).toBeGreaterThanOrEqual(2);
});

test('one look is not enough to call a start none, however long ago healing began', async () => {
  const world = await injected(null, []);
  const { find } = world.tools.faults;
  world.tools.faults.find = () => Promise.reject(new Error('no answer'));
  const look = () => world.clock.drive(heal(world.tools)(run));
  expect(await look()).toEqual({ status: 'wait', why: 'no answer' });
  await world.clock.drive(world.clock.sleep(59_000));
  world.tools.faults.find = find;
  expect(await look()).toMatchObject({ status: 'wait', why: expect.stringContaining('looked for') });
  await world.clock.drive(world.clock.sleep(2_000));
  expect(await look()).toMatchObject({ status: 'healed' });
});
