import { expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { haltRun } from '../../lambdas/halt.ts';
import { witness } from '../../lambdas/witness.ts';
import { type Knobs, type VirtualWorld, virtualWorld } from '../virtual/world.ts';

async function admitted(knobs: Partial<Knobs> = {}): Promise<VirtualWorld> {
  const world = virtualWorld(knobs);
  await claim(world.tools)({ run: 'run-1', execution: 'e', input: { drill: 'virtual-failover' } });
  await world.tools.runs.change('run-1', (row) => ({ ...row, phase: 'admitted' }));
  return world;
}

const even = { run: 'run-1', witness: 'even' };
const segmentsOf = async (world: VirtualWorld) => (await world.tools.runs.read('run-1'))?.segments;

test('a segment is closed with its evidence, and the next has another number', async () => {
  const world = await admitted();
  expect(await world.clock.drive(witness(world.tools)(even))).toEqual({ next: 'again', segment: 0 });
  expect(await world.clock.drive(witness(world.tools)(even))).toEqual({ next: 'again', segment: 2 });
  expect(await segmentsOf(world)).toMatchObject([
    { segment: 0, died: false, closed_at: expect.any(Number), key: 'run-1/segments/0.json' },
    { segment: 2, died: false, closed_at: expect.any(Number), key: 'run-1/segments/2.json' },
  ]);
  expect(world.evidence.keys()).toEqual(['run-1/segments/0.json', 'run-1/segments/2.json']);
});

test('nothing is opened past the deadline, nor after a halt', async () => {
  const late = await admitted();
  await late.clock.drive(late.clock.sleep(90_000));
  expect(await late.clock.drive(witness(late.tools)(even))).toEqual({ next: 'over', segment: null });
  expect(await segmentsOf(late)).toEqual([]);

  const halted = await admitted();
  await haltRun(halted.tools, 'run-1', 'person', 'enough');
  expect(await halted.clock.drive(witness(halted.tools)(even))).toEqual({ next: 'over', segment: null });
  expect(await segmentsOf(halted)).toEqual([]);
});

test('a halt ends it within a heartbeat', async () => {
  const world = await admitted();
  world.clock.timer(2_500, () => void haltRun(world.tools, 'run-1', 'person', 'enough'));
  expect(await world.clock.drive(witness(world.tools)(even))).toEqual({ next: 'over', segment: 0 });
  const [segment] = (await segmentsOf(world)) ?? [];
  expect((segment?.closed_at ?? 0) - (segment?.opened_at ?? 0)).toBe(3_000);
});

test('a witness that dies leaves its checkpoint, and throws', async () => {
  const world = await admitted({ manners: (moment) => ({ dies: (_witness, now) => now >= moment.began_at + 7_000 }) });
  await expect(world.clock.drive(witness(world.tools)(even))).rejects.toMatchObject({ name: 'WitnessDied' });
  expect(await segmentsOf(world)).toMatchObject([{ segment: 0, died: true, closed_at: expect.any(Number), key: null }]);
  expect(await world.evidence.get('run-1/segments/0.json')).toMatchObject({ final: false, record: { segment: 0 } });
});

test('a row that cannot be written stops no witness: it ends at its own deadline', async () => {
  const world = await admitted();
  const { change } = world.tools.runs;
  let beats = 0;
  world.tools.runs.change = async (run, edit) => {
    if (world.probe.watching === 0) return change(run, edit);
    beats += 1;
    throw new Error('no answer');
  };
  expect(await world.clock.drive(witness(world.tools)(even))).toMatchObject({ segment: 0 });
  expect(beats).toBeGreaterThanOrEqual(9);
});

test('a checkpoint that is slow to be written never takes the place of the last word', async () => {
  const world = await admitted();
  const { put } = world.tools.evidence;
  const watched = world.tools.probe.watch.bind(world.tools.probe);
  world.tools.evidence.put = async (key, value) => {
    if (!(value as { final: boolean }).final) await world.clock.sleep(700_000);
    return put.call(world.evidence, key, value);
  };
  world.tools.probe.watch = (order, link) =>
    watched(order, {
      ...link,
      // A witness in another process has said it once it is on the way.
      checkpoint: async (partial) => void link.checkpoint(partial),
    });
  await world.clock.drive(witness(world.tools)(even));
  await world.clock.drive(world.clock.sleep(2_000_000));
  expect(await world.evidence.get('run-1/segments/0.json')).toMatchObject({ final: true });
});
