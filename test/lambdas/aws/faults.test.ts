import { expect, test } from 'vitest';
import { awsFaults } from '../../../lambdas/aws/faults.ts';
import { readSuite } from '../../../lambdas/aws/settings.ts';
import type { StoreSide } from '../../../lambdas/aws/store-side.ts';
import { newRow } from '../../../lambdas/new-run.ts';
import type { Experiment, RunRow, Step } from '../../../lambdas/tools.ts';
import { aRun } from '../runs-conformance.ts';
import { drillNamed, drillsFile, environment } from './a-suite.ts';

const experiment = (id: string, tags: { [key: string]: string } = { run: 'a' }): Experiment => ({
  id,
  template: 'EXT1',
  tags,
  status: 'completed',
  reason: '',
  start_at: 1,
  end_at: 2,
  actions: [],
});

const step = (number: number, id: string | null): Step => ({
  step: number,
  template: 'EXT1',
  token: `a/${number}`,
  victims: ['broker-1'],
  injecting_at: 1,
  experiment: id,
});

const row: RunRow = { ...newRow(aRun('a', { store: 'orders-kafka' }), 1), steps: [step(1, 'EXP1'), step(2, null)] };

/** FIS with these experiments, and a store that marks what it followed. */
function faults(side: Partial<StoreSide>, ...all: Experiment[]) {
  const fis = {
    get: async (id: string) => all.find((each) => each.id === id),
    find: async () => all,
    stop: async () => undefined,
  };
  const named: string[] = [];
  const sideNamed = (name: string): StoreSide => {
    named.push(name);
    return side as StoreSide;
  };
  const runs = { read: async (run: string) => (run === 'a' ? row : undefined) };
  return { named, faults: awsFaults(fis, readSuite(environment(), drillsFile()), runs, sideNamed) };
}

const following: Partial<StoreSide> = { follow: async (each, token) => ({ ...each, reason: `followed as ${token}` }) };

test('an experiment is followed by its store, under the token of the step that holds it', async () => {
  const { faults: it, named } = faults(following, experiment('EXP1'));
  expect(await it.get('EXP1')).toMatchObject({ id: 'EXP1', reason: 'followed as a/1' });
  expect(named).toEqual(['orders-kafka']);
});

test('one whose start was never confirmed belongs to the step without an experiment', async () => {
  const { faults: it } = faults(following, experiment('EXP1'), experiment('EXP2'));
  expect((await it.find('EXT1', 'a')).map((each) => each.reason)).toEqual(['followed as a/1', 'followed as a/2']);
});

test.each<[string, Partial<StoreSide>, Experiment]>([
  ['a store that leaves it all to FIS', {}, experiment('EXP1')],
  ['an experiment without a run', following, experiment('EXP1', {})],
  ['an experiment of a run that has no row', following, experiment('EXP1', { run: 'b' })],
])('%s: FIS says it all', async (_, side, one) => {
  expect(await faults(side, one).faults.get('EXP1')).toEqual(one);
});

test('an experiment that is not there is not followed', async () => {
  expect(await faults(following).faults.get('EXP1')).toBeUndefined();
});

test("undoing, events and restores are the store's, found by the row", async () => {
  const { faults: it, named } = faults({ undo: async () => undefined, events: async () => [{ at: 1, what: 'member-back', text: 'back' }] });
  await it.undo(row);
  expect(await it.events(row)).toHaveLength(1);
  expect(await it.restore?.(row)).toBeNull();
  expect(named).toEqual(['orders-kafka', 'orders-kafka', 'orders-kafka']);
});

test("a template is the suite's", () => {
  expect(faults({}).faults.template(drillNamed('msk-broker-reboot'))).toBe('EXT1');
});
