import { beforeEach, expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { release } from '../../lambdas/release.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { type VirtualWorld, virtualWorld } from '../virtual/world.ts';

let world: VirtualWorld;
let undone: string[];
const claimBy = (run: string) => claim(world.tools)({ run, execution: `execution:${run}`, input: { drill: 'virtual-failover' } });
const pastTheLease = () => world.clock.drive(world.clock.sleep(8_000_000));

/** A run that broke something and is gone, its lease expired; the claimer that takes over dies while it undoes. */
beforeEach(async () => {
  world = virtualWorld();
  undone = [];
  await claimBy('run-1');
  const step = { step: 1, template: 't', token: 'run-1/1', victims: ['pg-1'], injecting_at: world.clock.now(), experiment: null };
  await world.tools.runs.change('run-1', (row) => ({ ...row, phase: 'injected', steps: [step] }));
  await pastTheLease();
  let entered: () => void = () => undefined;
  const dying = new Promise<void>((resolve) => {
    entered = resolve;
  });
  world.tools.faults.undo = () => {
    entered();
    return new Promise(() => undefined);
  };
  void claimBy('run-2');
  await dying;
  world.tools.faults.undo = async (row: RunRow) => void undone.push(row.run);
});

test('a claimer that died while it undid what its former left undoes it when it is called again, once', async () => {
  for (let call = 0; call < 2; call += 1) expect(await claimBy('run-2')).toMatchObject({ status: 'claimed' });
  expect(undone).toEqual(['run-1']);
  expect(await release(world.tools)({ run: 'run-2' })).toMatchObject({ outcome: 'graded' });
  expect(await world.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'free' });
});

test('a store whose former faults nobody undid is quarantined, not freed', async () => {
  expect(await release(world.tools)({ run: 'run-2' })).toMatchObject({ outcome: 'unhealed', why: expect.stringContaining('run-1') });
  expect(await world.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'quarantined', run: 'run-2' });
  expect(world.notices).toMatchObject([{ run: 'run-2', kind: 'unhealed' }]);
});

test('nor is it handed on to a third run, and the second cannot be claimed once it is closed', async () => {
  await pastTheLease();
  expect(await claimBy('run-3')).toMatchObject({ status: 'refused', why: expect.stringContaining('run-1') });
  await release(world.tools)({ run: 'run-2' });
  expect(await claimBy('run-2')).toMatchObject({ status: 'refused' });
  expect(undone).toEqual([]);
});
