import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresDriver, prepare } from '../../probe/postgres.ts';
import { OneServer } from './one-server.ts';

let one: OneServer;
const insert = (run: string, lane: string, numbers: number[]) =>
  one.sql(
    'insert into quorum_drill.writes (run, lane, n, planned_at) select $1, $2, n, 0 from unnest($3::bigint[]) with ordinality as t(n, i) order by i',
    [run, lane, numbers],
  );
const readback = (run: string, lanes: { lane: string; count: number }[]) => postgresDriver(run).readback(one.url, run, lanes);

beforeAll(async () => {
  one = await OneServer.start('readback-test');
  await prepare(one.url);
});

afterAll(() => one.stop());

test('what is there, missing, doubled and out of order, lane by lane', async () => {
  await insert('a', 'writer#1', [0, 1, 2, 5, 4, 4, 6]);
  await insert('a', 'writer#2', [0, 1]);
  await insert('b', 'writer#1', [3, 7]);
  expect(
    await readback('a', [
      { lane: 'writer#2', count: 2 },
      { lane: 'writer#1', count: 9 },
      { lane: 'pg-1#1', count: 3 },
    ]),
  ).toEqual([
    { lane: 'writer#2', present: 'p2', duplicated: 0, reordered: 0 },
    { lane: 'writer#1', present: 'p3 m1 p3 m2', duplicated: 1, reordered: 1 },
    { lane: 'pg-1#1', present: 'm3', duplicated: 0, reordered: 0 },
  ]);
});

test('numbers past the lane, which a dead witness left, are left out', async () => {
  await insert('dead', 'writer#1', [0, 1, 2, 3]);
  expect(await readback('dead', [{ lane: 'writer#1', count: 2 }])).toEqual([
    { lane: 'writer#1', present: 'p2', duplicated: 0, reordered: 0 },
  ]);
});

test('many pages of many lanes come back whole', async () => {
  await one.sql(`insert into quorum_drill.writes (run, lane, n, planned_at)
    select 'long', 'writer#' || (i % 2), i / 2, 0 from generate_series(0, 90001) as i where i <> 40000 order by i`);
  expect(
    await readback('long', [
      { lane: 'writer#0', count: 45_001 },
      { lane: 'writer#1', count: 45_001 },
    ]),
  ).toEqual([
    { lane: 'writer#0', present: 'p20000 m1 p25000', duplicated: 0, reordered: 0 },
    { lane: 'writer#1', present: 'p45001', duplicated: 0, reordered: 0 },
  ]);
});

test('a store that cannot be read throws instead of calling everything lost', async () => {
  await expect(
    postgresDriver('a').readback(one.url.replace('/postgres', '/nowhere'), 'a', [{ lane: 'writer#1', count: 9 }]),
  ).rejects.toThrow('nowhere');
});
