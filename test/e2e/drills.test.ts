import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunRow } from '../../lambdas/tools.ts';
import { alwaysThrowing } from '../walks/throwing.ts';
import { Driver } from './drive.ts';
import { Emulation, suite, target } from './emulation.ts';

let emulation: Emulation;
let driver: Driver;
let nth = 0;

beforeAll(async () => {
  emulation = await Emulation.start();
  driver = await Driver.find(emulation.endpoint, `${suite}-${target}`);
});

afterAll(() => emulation?.stop());

beforeEach(() => emulation.restore());

const fresh = (): string => `run-${++nth}`;
const injected = (row: RunRow): boolean => row.steps[0]?.experiment != null;
const watching = (row: RunRow): boolean => row.phase === 'watching';
const released = (row: RunRow): boolean => row.released !== null;

/** Whatever became of it: nothing is left broken or held, and nothing was broken twice. */
async function leftNothing(run: string, experiments: number): Promise<void> {
  expect(emulation.experiments.failures).toEqual([]);
  expect(emulation.experiments.started.map(({ token }) => token)).toEqual(experiments === 0 ? [] : [`${run}/1`]);
  expect(await driver.lease()).toMatchObject({ state: 'free' });
}

describe('a drill', () => {
  test('passes when the failover is over in time', async () => {
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'SUCCEEDED' });
    const report = await driver.report(run);
    expect(report).toMatchObject({ verdict: 'pass', source: 'emulator', ledger: { lost: 0 } });
    expect(report.ledger?.acked).toBeGreaterThan(100);
    await leftNothing(run, 1);
  });

  test('fails when writes are away for longer than its limit', async () => {
    const { cluster } = emulation.database;
    emulation.injection = async () => {
      await Promise.all(cluster.copies.map(({ server }) => server.freeze()));
      await sleep(66_000);
      await Promise.all(cluster.copies.map(({ server }) => server.thaw()));
      await emulation.failOver();
    };
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillFailed' });
    expect(await driver.report(run)).toMatchObject({ verdict: 'fail', grade: 'D', ledger: { lost: 0 } });
    await leftNothing(run, 1);
  });
});

describe('nothing is broken', () => {
  const closed: [what: string, close: () => void | Promise<void>, why: string][] = [
    ['a change calendar is closed', () => emulation.calendars.set('CLOSED'), 'calendar'],
    ['the safety lever is engaged', () => emulation.experiments.lever('engaged'), 'safety lever'],
    ['a guard is in alarm', () => emulation.guard('ALARM'), 'guard alarm'],
  ];

  test.each(closed)('before the load when %s', async (_, close, why) => {
    await close();
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillRefused' });
    const row = await driver.row(run);
    expect(row.outcome).toMatchObject({ kind: 'refused', at: 'preflight', why: expect.stringContaining(why) });
    expect(row.segments).toEqual([]);
    await leftNothing(run, 0);
  });

  test('under load when a guard fires before the fault', async () => {
    const run = await driver.start(fresh());
    await driver.until(run, watching);
    await emulation.guard('ALARM');
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillRefused' });
    expect((await driver.row(run)).outcome).toMatchObject({ kind: 'refused', at: 'readmission' });
    await leftNothing(run, 0);
  });

  test('under load when nobody outside hears the witnesses', async () => {
    await emulation.heartbeat('ALARM');
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillRefused' });
    expect((await driver.row(run)).outcome).toMatchObject({ at: 'readmission', why: expect.stringContaining('heartbeat alarm') });
    await leftNothing(run, 0);
  });

  test('by a second drill on a store that another one holds', async () => {
    const [first, second] = [await driver.start(fresh()), fresh()];
    await driver.until(first, watching);
    await driver.start(second);
    expect(await driver.ended(second)).toMatchObject({ how: 'DrillRefused' });
    expect(await driver.ended(first)).toMatchObject({ how: 'SUCCEEDED' });
    await leftNothing(first, 1);
  });

  test('by a second execution of the same slot, or of the same name', async () => {
    emulation.calendars.set('CLOSED');
    const scheduled = '2026-11-23T10:00:00Z';
    const first = await driver.start(fresh(), { scheduled });
    expect(await driver.ended(first)).toMatchObject({ how: 'DrillRefused' });
    emulation.calendars.set('OPEN');
    const second = await driver.start(fresh(), { scheduled });
    expect(await driver.ended(second)).toMatchObject({ how: 'DrillDuplicate' });
    await expect(driver.start(first)).rejects.toThrow('already exists');
    await leftNothing(first, 0);
  });
});

describe('an experiment', () => {
  test('that somebody stops ends the drill, which proves nothing', async () => {
    await emulation.experiments.pace(3);
    const run = await driver.start(fresh());
    const { steps } = await driver.until(run, injected);
    await emulation.experiments.stop(steps[0]?.experiment ?? '');
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillInconclusive' });
    expect((await driver.row(run)).halt).toMatchObject({ by: 'experiment', why: expect.stringContaining('stopped') });
    await leftNothing(run, 1);
  });

  test.each(['cancelled', 'archived'])('that is %s ends the drill, which proves nothing', async (status) => {
    emulation.experiments.say(status);
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillInconclusive' });
    expect((await driver.row(run)).halt).toMatchObject({ by: 'experiment', why: expect.stringContaining(status) });
    await leftNothing(run, 1);
  });

  test('that cannot start ends the drill, which proves nothing', async () => {
    emulation.experiments.refuse('Fis.ServiceQuotaExceededException');
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillInconclusive' });
    await leftNothing(run, 0);
  });

  test('is over when a guard fires: the drill is aborted', async () => {
    await emulation.experiments.pace(10);
    const run = await driver.start(fresh());
    await driver.until(run, injected);
    await emulation.guard('ALARM');
    expect(await driver.ended(run)).toMatchObject({ how: 'DrillAborted' });
    await leftNothing(run, 1);
  });
});

describe('the sweeper', () => {
  test('heals, grades and releases what an aborted execution left', async () => {
    const run = await driver.start(fresh());
    await driver.until(run, injected);
    await driver.abort(run);
    expect(await driver.ended(run)).toMatchObject({ how: 'ABORTED' });
    expect(await driver.until(run, released, 240)).toMatchObject({ released: 'free', heal: { healed: true } });
    expect((await driver.report(run)).source).toBe('emulator');
    // A branch that Step Functions would have stopped goes on here, and must still do no harm.
    await sleep(15_000);
    await leftNothing(run, 1);
  });
});

describe('a function that always fails', () => {
  test.each(alwaysThrowing.filter(([task]) => !task.includes(':')))('%s: the drill ends as %s', async (task, ends) => {
    const mend = await driver.spoil(task);
    const run = fresh();
    try {
      await driver.start(run);
      expect(await driver.ended(run)).toMatchObject({ how: ends });
    } finally {
      await mend();
    }
    // Whatever the execution could not do itself, the sweeper does on its schedule.
    if (task !== 'Claim') expect(await driver.until(run, released, 240)).toMatchObject({ released: 'free' });
    expect(emulation.experiments.started.length).toBeLessThanOrEqual(1);
    expect(emulation.experiments.failures).toEqual([]);
    expect((await driver.lease())?.state ?? 'free').toBe('free');
  });
});
