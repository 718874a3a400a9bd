import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../../lambdas/aws/aurora/control-plane.ts';
import { movesIn } from '../../../../lambdas/aws/aurora/failovers.ts';
import { failoverEvents, followed } from '../../../../lambdas/aws/aurora/follow.ts';
import type { Experiment, RunRow } from '../../../../lambdas/tools.ts';
import { planeOf, told } from './a-cluster.ts';

const arn = 'arn:aws:rds:eu-west-1:210987654321:cluster:billing';
const injecting_at = 1_800_000_000_000;
const clock = { now: () => injecting_at + 300_000, sleep: async () => undefined };
const step = { step: 1, template: 'EXT1', token: 'r1/1', victims: ['db-1'], injecting_at, experiment: 'EXP1' };
const row = {
  run: 'r1',
  steps: [step],
  heal: { started_at: 0, ended_at: injecting_at + 200_000, healed: true, why: '' },
  topology: { members: [{ name: 'db-1' }, { name: 'db-2' }] },
} as unknown as RunRow;
const experiment = (status: string): Experiment => ({
  id: 'EXP1',
  template: 'EXT1',
  tags: { run: 'r1' },
  status,
  reason: '',
  start_at: injecting_at + 3_000,
  end_at: injecting_at + 30_000,
  actions: [{ name: 'failover', status, start_at: injecting_at + 4_000, end_at: injecting_at + 30_000, targets: [arn] }],
});

const said = (after_ms: number, message: string, source = 'billing'): LogEntry => ({ at: injecting_at + after_ms, source, message });
const toDb2 = [said(5_000, 'Started cross AZ failover to DB instance: db-2'), said(30_000, 'Completed failover to DB instance: db-2')];

/** Rows of no other run than r1. */
const runs = { read: async (run: string) => (run === 'r1' ? row : undefined) };
const planeWith = (log: LogEntry[], ofInstances: { [name: string]: LogEntry[] } = {}) =>
  planeOf({ ...told(), log: { billing: log, ...ofInstances } });
const hit = async (log: LogEntry[], status = 'completed', token = 'r1/1') => {
  const seen = await followed({ plane: planeWith(log), cluster: 'billing', clock, runs }, experiment(status), token);
  return seen.actions.flatMap(({ targets }) => targets);
};

describe('whom a failover hit', () => {
  // Aurora picks whom it promotes, and FIS knows only the cluster.
  test.each<[string, LogEntry[], string[]]>([
    ['the writer admitted, whoever was promoted', toDb2, ['db-1']],
    ['a writer that somebody else promoted after admission', [said(-2_000, 'Completed failover to DB instance: db-3'), ...toDb2], ['db-3']],
    ['the writer admitted, after an older failover to it', [said(-14_000, 'Completed failover to DB instance: db-1'), ...toDb2], ['db-1']],
    ['nobody knows: RDS tells of none', [], [arn]],
    ['nobody knows: it only began before', [said(-60_000, 'Started same AZ failover to DB instance: db-2')], [arn]],
    ['nobody knows: the promoted one should have been the victim', [said(5_000, 'Started cross AZ failover to DB instance: db-1')], [arn]],
    ['nobody knows: two of them', [...toDb2, said(60_000, 'Started cross AZ failover to DB instance: db-1')], [arn]],
  ])('%s', async (_, log, wanted) => {
    expect(await hit(log)).toEqual(wanted);
  });

  test('an experiment that still runs is as FIS says, and nothing is asked', async () => {
    const plane = planeWith(toDb2);
    const live = experiment('running');
    expect(await followed({ plane, cluster: 'billing', clock, runs }, live, 'r1/1')).toBe(live);
    expect(plane.asked).toEqual([]);
  });

  test.each([['r1/2'], ['r2/1'], ['r1']])('a token that no step bears: %s', async (token) => {
    expect(await hit(toDb2, 'completed', token)).toEqual([arn]);
  });

  test('one that was stopped or failed keeps its status and says whom it hit all the same', async () => {
    expect(await hit(toDb2, 'stopped')).toEqual(['db-1']);
  });
});

describe("RDS's messages", () => {
  // As the user guide lists them: RDS-EVENT-0072, 0073, 0071, 0070, 0069, and two of another kind.
  test.each<[string, object[]]>([
    ['Started same AZ failover to DB instance: db-2.', [{ what: 'started', to: 'db-2' }]],
    ['Started cross AZ failover to DB instance: db-2', [{ what: 'started', to: 'db-2' }]],
    ['Completed failover to DB instance: db-2.', [{ what: 'completed', to: 'db-2' }]],
    ['Promoting previous primary again: db-1.', [{ what: 'promoting-again', to: 'db-1' }]],
    ['Cluster failover failed, check the health of your cluster instances and try again.', [{ what: 'failed', to: null }]],
    ['Global failover to DB cluster other in Region eu-west-2 started.', []],
    ['DB cluster created', []],
  ])('%s', (message, wanted) => {
    expect(movesIn([said(0, message)])).toMatchObject(wanted);
    expect(movesIn([said(0, message)])).toHaveLength(wanted.length);
  });
});

describe('what a record is told', () => {
  const events = (log: LogEntry[], ofInstances: { [name: string]: LogEntry[] } = {}, of: RunRow = row) =>
    failoverEvents({ plane: planeWith(log, ofInstances), cluster: 'billing', clock }, of);

  test('the window of the failover, the promotion, and what the instances say', async () => {
    const restarts = { 'db-1': [said(7_000, 'DB instance shutdown', 'db-1'), said(20_000, 'DB instance restarted', 'db-1')] };
    expect((await events(toDb2, restarts)).map(({ at, what, who }) => [at - injecting_at, what, who])).toEqual([
      [5_000, 'fault-started', 'db-1'],
      [7_000, 'member-lost', 'db-1'],
      [20_000, 'member-back', 'db-1'],
      [30_000, 'writer-promoted', 'db-2'],
    ]);
  });

  test("a failover before ours starts no fault, since it is somebody else's", async () => {
    const before = [said(-9_000, 'Started same AZ failover to DB instance: db-1'), said(-5_000, 'Completed failover to DB instance: db-1')];
    const seen = await events([...before, ...toDb2]);
    expect(seen.map(({ at, what }) => [at - injecting_at, what])).toEqual([
      [-5_000, 'writer-promoted'],
      [5_000, 'fault-started'],
      [30_000, 'writer-promoted'],
    ]);
  });

  test('a failover that failed is told, and promotes nobody', async () => {
    const seen = await events([
      toDb2[0]!,
      said(9_000, 'Cluster failover failed, check the health of your cluster instances and try again.'),
    ]);
    expect(seen.map(({ what }) => what)).toEqual(['fault-started', 'experiment-status']);
  });

  test('nothing is read past the healing, and nothing at all where nothing was injected', async () => {
    const plane = planeWith([]);
    await failoverEvents({ plane, cluster: 'billing', clock }, row);
    expect(plane.asked.map(({ source }) => source)).toEqual(['billing', 'db-1', 'db-2']);
    expect(plane.asked.every(({ from, to }) => from < injecting_at && to === injecting_at + 200_000)).toBe(true);
    const idle = planeWith(toDb2);
    expect(await failoverEvents({ plane: idle, cluster: 'billing', clock }, { ...row, steps: [] })).toEqual([]);
    expect(idle.asked).toEqual([]);
  });
});
