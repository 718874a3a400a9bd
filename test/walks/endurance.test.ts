import { expect, test } from 'vitest';
import { run, type Walk, walkHere, worldOf } from './walk.ts';

const walk: Walk = { name: 'half an hour', ends: 'SUCCEEDED', input: { drill: 'virtual-endurance' }, knobs: { beat_every_ms: 4_000 } };

test('half an hour of drill takes over a thousand times less than half an hour', async () => {
  await walkHere(await worldOf(walk), walk);
  const world = await worldOf(walk);
  const from = { virtual: world.clock.now(), cpu: process.cpuUsage() };
  const end = await walkHere(world, walk);
  const { user, system } = process.cpuUsage(from.cpu);
  const virtual_ms = world.clock.now() - from.virtual;
  expect(end).toMatchObject({ status: 'SUCCEEDED' });
  expect(virtual_ms).toBeGreaterThanOrEqual(1_740_000);
  // Time of the processor, not of the wall: other work on the machine is none of this test's.
  expect(virtual_ms / ((user + system) / 1_000)).toBeGreaterThan(1_000);
  expect((await world.tools.runs.read(run))?.segments.length).toBeGreaterThanOrEqual(12);
});
