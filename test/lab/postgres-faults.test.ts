import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuroraFault, Drill } from '../../core/drill.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { LabFaults } from '../../lab/faults.ts';
import type { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { inLab } from '../../lab/postgres.ts';
import type { Experiment, RunRow } from '../../lambdas/tools.ts';
import { aCluster, clock, until } from './a-cluster.ts';
import { NumberedWriter } from './numbered-writer.ts';

const kinds: AuroraFault[] = [
  { kind: 'writer-kill' },
  { kind: 'writer-handover' },
  { kind: 'writer-freeze', thaw_after_s: 3600 },
  { kind: 'writer-isolation' },
  { kind: 'zone-loss', plus_copies: 0 },
  { kind: 'zone-loss', plus_copies: 1, returns_after_s: 1, returning: 1 },
];
const templates: Drill[] = kinds.map((fault, i) => ({ ...auroraFailover, name: `${fault.kind}-${i}`, fault }));
const row = { run: 'r1', claimed_at: 0 } as RunRow;

let cluster: PostgresCluster;
let stop: () => Promise<void>;
let faults: LabFaults;
let victims: string[];
let token = 0;

beforeAll(async () => {
  ({ cluster, stop } = await aCluster());
});
afterAll(() => stop());
beforeEach(async () => {
  await cluster.restore();
  cluster.events.length = 0;
  victims = [cluster.writer.name];
  faults = new LabFaults({ cluster: inLab(cluster), clock, drills: templates, victims: async (run) => (run === 'r1' ? victims : []) });
  token += 1;
});

const order = (fault: number, over: object = {}) => ({
  ClientToken: `x/${token}`,
  ExperimentTemplateId: templates[fault]?.name,
  Tags: { run: 'r1' },
  ...over,
});
const what = (): string[] => cluster.events.map((event) => event.what);
const readers = (): string[] => cluster.copies.filter((copy) => copy !== cluster.writer).map(({ name }) => name);
const healthy = async (): Promise<number> => (await cluster.observe()).members.filter((member) => member.healthy).length;

/** Starts and waits for the end of the experiment's own course. */
async function carriedOut(fault: number): Promise<Experiment> {
  const { Experiment: started } = await faults.startExperiment(order(fault));
  let seen: Experiment | undefined;
  await until(async () => {
    seen = await faults.get(started.Id);
    return seen?.end_at !== null;
  });
  if (!seen) throw new Error('no experiment');
  return seen;
}

describe('each fault does what it says, to whom it was told', () => {
  test('writer-kill', async () => {
    const [old] = victims;
    const experiment = await carriedOut(0);
    expect(experiment).toMatchObject({
      status: 'completed',
      reason: '',
      tags: { run: 'r1' },
      actions: [{ name: 'writer-kill', status: 'completed', targets: [old] }],
    });
    expect(cluster.copy(old ?? '').server.port).toBeNull();
    await until(() => what().includes('endpoint-moved'));
    expect(what()).toEqual([
      'fault-started',
      'member-lost',
      'fault-confirmed',
      'writer-suspected',
      'writer-detached',
      'writer-promoted',
      'endpoint-moved',
    ]);
    await faults.undo(row);
    expect(what().slice(7)).toEqual(['fault-ended', 'writer-rejoined', 'member-back']);
    expect(await healthy()).toBe(6);
  });

  test('writer-handover', async () => {
    expect(await carriedOut(1)).toMatchObject({ status: 'completed', actions: [{ targets: victims }] });
    expect(what()).toEqual(['fault-started', 'writer-promoted', 'endpoint-moved', 'writer-rejoined', 'fault-confirmed', 'fault-ended']);
    expect(await healthy()).toBe(6);
  });

  test('writer-freeze, ended by a stop', async () => {
    const { Experiment: started } = await faults.startExperiment(order(2));
    await until(() => what().includes('endpoint-moved'));
    expect(await faults.get(started.Id)).toMatchObject({ status: 'running', end_at: null });
    await faults.stop(started.Id);
    await until(async () => (await faults.get(started.Id))?.end_at !== null);
    expect(await faults.get(started.Id)).toMatchObject({ status: 'stopped', reason: 'stopped on request' });
    expect(what()).toContain('fault-ended');
    await faults.undo(row);
    expect(await healthy()).toBe(6);
  });

  test('writer-isolation: the cut is confirmed, outlasts the experiment, and clients of the old writer still reach it', async () => {
    const [old = ''] = victims;
    expect(await carriedOut(3)).toMatchObject({ status: 'completed' });
    expect(what().slice(0, 2)).toEqual(['fault-started', 'fault-confirmed']);
    await until(() => what().includes('endpoint-moved'));
    expect((await cluster.observe()).members.find(({ name }) => name === old)).toMatchObject({ role: 'writer', healthy: false });
    await faults.undo(row);
    expect(await healthy()).toBe(6);
  });

  test('zone-loss: writes go on', async () => {
    victims = readers().slice(0, 2);
    const writer = new NumberedWriter(cluster.writerUrl);
    await writer.more(50);
    expect(await carriedOut(4)).toMatchObject({ status: 'completed', actions: [{ targets: victims }] });
    await writer.more(50);
    await writer.stop();
    expect(await healthy()).toBe(4);
    expect(what()).toEqual(['fault-started', 'member-lost', 'member-lost', 'fault-confirmed']);
  });

  test('zone-loss with a return: one comes back within the experiment', async () => {
    victims = readers().slice(0, 3);
    expect(await carriedOut(5)).toMatchObject({ status: 'completed' });
    expect(await healthy()).toBe(4);
    expect(what().slice(3)).toEqual(['member-lost', 'fault-confirmed', 'fault-ended', 'member-back']);
    const events = await faults.events(row);
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b));
  });
});

describe('experiments', () => {
  test('the same token answers with the first experiment, even at the same instant, and injects once', async () => {
    victims = readers().slice(0, 1);
    const [one, two] = await Promise.all([faults.startExperiment(order(4)), faults.startExperiment(order(4))]);
    expect(two.Experiment.Id).toBe(one.Experiment.Id);
    expect(await faults.find('zone-loss-4', 'r1')).toHaveLength(1);
    await until(() => what().includes('fault-confirmed'));
    const again = await faults.startExperiment(order(4));
    expect(again.Experiment.Id).toBe(one.Experiment.Id);
    expect(what().filter((one_) => one_ === 'fault-started')).toHaveLength(1);
  });

  test('another token starts another', async () => {
    victims = readers().slice(0, 1);
    const one = await faults.startExperiment(order(4));
    const two = await faults.startExperiment(order(4, { ClientToken: 'other' }));
    expect(two.Experiment.Id).not.toBe(one.Experiment.Id);
    expect(await faults.find('zone-loss-4', 'r2')).toEqual([]);
  });

  test.each([
    ['a token that started another template', () => [order(4), order(0)], 'ConflictException'],
    ['an unknown template', () => [order(4, { ExperimentTemplateId: 'no-such' })], 'ResourceNotFoundException'],
    ['no token', () => [order(4, { ClientToken: undefined })], 'ValidationException'],
  ] as const)('%s is refused by its name', async (_, orders, name) => {
    victims = readers().slice(0, 1);
    const starts = await Promise.allSettled(orders().map((one) => faults.startExperiment(one)));
    expect(starts.at(-1)).toMatchObject({ status: 'rejected', reason: { name } });
  });

  test('no target fails, and nothing is injected (empty-target-is-not-success)', async () => {
    victims = [];
    expect(await carriedOut(0)).toMatchObject({ status: 'failed', reason: 'no target was resolved' });
    expect(what()).toEqual([]);
  });

  test('a hand-over from a copy that is not the writer fails', async () => {
    victims = readers().slice(0, 1);
    expect(await carriedOut(1)).toMatchObject({ status: 'failed' });
    expect(await healthy()).toBe(6);
  });

  test('undo of a run that injected nothing touches nothing', async () => {
    await faults.undo({ ...row, run: 'another' });
    expect(what()).toEqual([]);
    expect(await faults.get('EXP-none')).toBeUndefined();
  });

  test('undo in the middle stops, brings everything back, and may be repeated', async () => {
    victims = [...readers().slice(0, 3)];
    await faults.startExperiment(order(5));
    await until(() => what().includes('fault-started'));
    await Promise.all([faults.undo(row), faults.undo(row)]);
    expect(await healthy()).toBe(6);
    expect((await faults.find('zone-loss-5', 'r1')).map(({ status }) => status)).toEqual(['stopped']);
    expect(what().filter((one) => one === 'fault-ended')).toHaveLength(1);
  });
});
