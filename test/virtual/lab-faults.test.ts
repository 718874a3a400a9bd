import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { threeBrokers } from '../../drills/msk.ts';
import type { LabCluster } from '../../lab/cluster.ts';
import { LabFaults } from '../../lab/faults.ts';
import { Journal } from '../../lab/journal.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { virtualRoll } from './drill.ts';
import { SimulatedKafka, usualKafka } from './kafka.ts';

let folder: string;
let journal: Journal;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-faults-'));
  vi.stubEnv('DRILL_HOME', folder);
  journal = await Journal.open();
});
afterAll(async () => {
  await journal.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const down_ms = 3_000;

/** The simulated Kafka behind the lab's contract. A cluster that hangs neither ends a fault nor hears a stop. */
function labCluster(clock: VirtualClock, hangs: boolean): LabCluster {
  const kafka = new SimulatedKafka(clock, threeBrokers, { ...usualKafka, down_ms: null });
  const events: LabCluster['events'] = [];
  return {
    engine: { name: 'simulated Kafka', version: '1' },
    endpoints: { store: 'msk', bootstrap: [], topic: 'drill' },
    journal,
    events,
    emit: (what, who, text) => void events.push({ at: clock.now(), what, who, text }),
    observe: async () => kafka.observe(),
    inflict: async (_drill, victims, stopped) => {
      kafka.lose(victims);
      if (hangs) await new Promise(() => {});
      for (const until = clock.now() + down_ms; clock.now() < until && !stopped.aborted; ) await clock.sleep(100);
    },
    restore: async () => kafka.restore(),
    stop: async () => {},
  };
}

function onTrial(hangs = false) {
  const clock = virtualClock();
  const cluster = labCluster(clock, hangs);
  const steps: { token: string; victims: string[] }[] = [];
  const faults = new LabFaults({ cluster, clock, drills: [virtualRoll], victims: async () => steps.at(-1)?.victims ?? [] });
  /** Announces a step unless it is known, then starts it. */
  const start = async (token: string, victims: string[]) => {
    if (!steps.some((each) => each.token === token)) steps.push({ token, victims });
    return (await faults.startExperiment({ ClientToken: token, ExperimentTemplateId: virtualRoll.name, Tags: { run: 'run-1' } })).Experiment
      .Id;
  };
  return { clock, cluster, faults, start };
}

const row = { run: 'run-1', claimed_at: 0 } as RunRow;

test('each step of a roll is an experiment of its own on its own victim, and a token seen before is the same one', async () => {
  const { clock, faults, start } = onTrial();
  const first = await start('run-1/1', ['broker-1']);
  await clock.drive(clock.sleep(down_ms + 200));
  const second = await start('run-1/2', ['broker-2']);
  expect(await start('run-1/1', ['broker-1'])).toBe(first);
  expect(second).not.toBe(first);
  expect([faults.knows('run-1/2'), faults.knows('run-1/3')]).toEqual([true, false]);
  const found = await faults.find(virtualRoll.name, 'run-1');
  expect(found.map(({ id, status, actions }) => [id, status, ...actions.flatMap(({ targets }) => targets)])).toEqual([
    [first, 'completed', 'broker-1'],
    [second, 'running', 'broker-2'],
  ]);
  await clock.drive(faults.undo(row));
  expect((await faults.get(second))?.status).toBe('stopped');
});

test('undoing ends with the experiments, and leaves no timer behind', async () => {
  const { clock, cluster, faults, start } = onTrial();
  const id = await start('run-1/1', ['broker-1']);
  const from = clock.now();
  await clock.drive(faults.undo(row));
  expect(clock.now() - from).toBeLessThan(1_000);
  expect(clock.asleep()).toBe(0);
  expect((await faults.get(id))?.end_at).not.toBeNull();
  expect((await cluster.observe()).members.filter(({ healthy }) => !healthy)).toEqual([]);
});

test('an experiment that does not hear its stop is named, and the cluster is restored all the same', async () => {
  const { clock, cluster, faults, start } = onTrial(true);
  const id = await start('run-1/1', ['broker-1']);
  expect((await cluster.observe()).members.filter(({ healthy }) => !healthy).map(({ name }) => name)).toEqual(['broker-1']);
  const from = clock.now();
  await expect(clock.drive(faults.undo(row))).rejects.toThrow(`experiment ${id} has not ended 20 s after its stop`);
  expect(clock.now() - from).toBe(20_000);
  expect((await cluster.observe()).members.filter(({ healthy }) => !healthy)).toEqual([]);
});
