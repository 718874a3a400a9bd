import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Link } from '../../lab/link.ts';
import { freePort } from '../../lab/ports.ts';
import type { Attempt, LaneDriver, Target } from '../../probe/contract.ts';
import { postgresDriver, prepare } from '../../probe/postgres.ts';
import { OneServer } from './one-server.ts';

let one: OneServer;
const lanes: LaneDriver[] = [];
let count = 0;

beforeAll(async () => {
  one = await OneServer.start('probe-test');
  await Promise.all([prepare(one.url), prepare(one.url)]);
});

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  await one.stop();
});

interface LaneWish {
  url?: string;
  kind?: Target['kind'];
  connections?: number;
  timeout_ms?: number;
}

/** A lane with a name of its own; its rate is so low that one connection is opened beforehand. */
function open({ url = one.url, kind = 'service', connections = 4, timeout_ms = 5000 }: LaneWish = {}) {
  count += 1;
  const name = `lane-${count}`;
  const lane = postgresDriver('run').open(name, { name, kind, url, rate_hz: 1, connections }, timeout_ms);
  lanes.push(lane);
  return { name, lane, attempt: (n = 0): Promise<Attempt> => lane.attempt(n, 1.5) };
}

const stored = async (name: string) =>
  (await one.sql('select n::int, planned_at from quorum_drill.writes where lane = $1 order by seq', [name])) as number[][];

/** Holds the table so that a write waits inside its statement; call the result to let go. */
async function holdTable(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: one.url });
  await client.connect();
  await client.query('begin; lock table quorum_drill.writes in exclusive mode');
  return () => client.end();
}

test('ok: the row is there, with the server and its term', async () => {
  const { name, attempt } = open();
  const ended = await attempt(7);
  expect(ended).toMatchObject({ outcome: 'ok', server: 'pg-1@1' });
  expect(ended.done_at).toBeGreaterThanOrEqual(ended.sent_at);
  expect(await stored(name)).toEqual([[7, 1.5]]);
});

test('ok: a read touches the table and writes nothing', async () => {
  const { name, attempt } = open({ kind: 'read' });
  expect(await attempt()).toMatchObject({ outcome: 'ok', server: 'pg-1@1' });
  expect(await stored(name)).toEqual([]);
});

test('ECONNREFUSED: failed', async () => {
  const { attempt } = open({ url: `postgres://postgres@127.0.0.1:${await freePort()}/postgres` });
  expect(await attempt()).toMatchObject({ outcome: 'failed', code: 'ECONNREFUSED' });
});

test('28000, a role that may not log in: failed', async () => {
  const { attempt } = open({ url: one.url.replace('postgres@', 'stranger@') });
  expect(await attempt()).toMatchObject({ outcome: 'failed', code: '28000' });
});

test('53300, no connection left: failed', async () => {
  await one.sql('create role crowded login connection limit 0');
  const { attempt } = open({ url: one.url.replace('postgres@', 'crowded@') });
  expect(await attempt()).toMatchObject({ outcome: 'failed', code: '53300' });
});

test('42P01, an error that is on no list: indeterminate', async () => {
  await one.sql('alter table quorum_drill.writes rename to gone');
  const { attempt } = open();
  expect(await attempt()).toMatchObject({ outcome: 'indeterminate', code: '42P01' });
  await one.sql('alter table quorum_drill.gone rename to writes');
});

test('57P01, terminated during a write: indeterminate', async () => {
  const letGo = await holdTable();
  const { attempt } = open();
  const ended = attempt();
  await one.sql('select pg_terminate_backend($1)', [await one.waiting('relation')]);
  expect(await ended).toMatchObject({ outcome: 'indeterminate', code: '57P01' });
  await letGo();
});

test('a socket reset in mid-flight: indeterminate, and the next attempt has a connection at once', async () => {
  const link = await Link.open('probe', 'server', () => one.bench.port);
  const letGo = await holdTable();
  const { attempt } = open({ url: one.url.replace(`:${one.bench.port}/`, `:${link.port}/`) });
  const ended = attempt(0);
  await one.waiting('relation');
  link.reset();
  expect(await ended).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
  await letGo();
  expect(await attempt(1)).toMatchObject({ outcome: 'ok' });
  await link.close();
});

test('packets that vanish while connecting: indeterminate after the attempt timeout', async () => {
  const link = await Link.open('probe', 'server', () => one.bench.port);
  link.cut();
  const { attempt } = open({ url: one.url.replace(`:${one.bench.port}/`, `:${link.port}/`), timeout_ms: 100 });
  const ended = await attempt();
  expect(ended).toMatchObject({ outcome: 'indeterminate', code: 'connect timeout' });
  expect(ended.done_at - ended.sent_at).toBeGreaterThanOrEqual(99);
  await link.close();
});

test('a commit that waits for its standbys until the timeout: indeterminate, the socket destroyed, and the row is there', async () => {
  await one.waitForNobody();
  const { name, lane, attempt } = open({ timeout_ms: 250 });
  expect(await attempt(3)).toMatchObject({ outcome: 'indeterminate', code: 'timeout' });
  // Nothing was cancelled: the backend still waits, with nobody to tell.
  await one.waiting('SyncRep');
  await one.release();
  await lane.close();
  while ((await stored(name)).length === 0);
  expect(await stored(name)).toEqual([[3, 1.5]]);
});

test('a commit whose wait was cancelled answers with success and a warning: indeterminate', async () => {
  await one.waitForNobody();
  const { attempt } = open();
  const ended = attempt();
  await one.sql('select pg_cancel_backend($1)', [await one.waiting('SyncRep')]);
  expect(await ended).toMatchObject({ outcome: 'indeterminate', code: 'notice 01000' });
  await one.release();
});

test('a commit terminated in its wait: indeterminate', async () => {
  await one.waitForNobody();
  const { attempt } = open();
  const ended = attempt();
  await one.sql('select pg_terminate_backend($1)', [await one.waiting('SyncRep')]);
  expect(await ended).toMatchObject({ outcome: 'indeterminate' });
  await one.release();
});

test('attempts that hang do not keep the next one from starting; over the bound one is unsent', async () => {
  const letGo = await holdTable();
  const { attempt } = open({ connections: 3, timeout_ms: 1500 });
  const ended = await Promise.all([0, 1, 2, 3].map(attempt));
  await letGo();
  expect(ended.map(({ outcome, code }) => code ?? outcome).sort()).toEqual(['timeout', 'timeout', 'timeout', 'unsent']);
  expect(await attempt(4)).toMatchObject({ outcome: 'ok' });
});

test('send times never go back, whichever connection is free', async () => {
  const { attempt } = open({ connections: 3 });
  const ended = await Promise.all(Array.from({ length: 60 }, (_, n) => attempt(n)));
  expect(ended.every(({ outcome }) => outcome === 'ok')).toBe(true);
  const sends = ended.map(({ sent_at }) => sent_at);
  expect(sends).toEqual(sends.toSorted((a, b) => a - b));
});

test('57P03 while it takes no connections, 25006 while it is a reader, then a new term when it writes again', async () => {
  const cold = () => open({ timeout_ms: 5000 });
  await one.becomeStandby(false);
  expect(await cold().attempt()).toMatchObject({ outcome: 'failed', code: '57P03' });
  await one.becomeStandby(true);
  const { name, attempt } = open();
  expect(await attempt(0)).toMatchObject({ outcome: 'failed', code: '25006' });
  expect(await attempt(1)).toMatchObject({ outcome: 'failed', code: '25006' });
  expect(await open({ kind: 'read' }).attempt()).toMatchObject({ outcome: 'ok', server: 'pg-1' });
  await one.sql('select pg_promote()');
  expect(await attempt(2)).toMatchObject({ outcome: 'ok', server: 'pg-1@2' });
  expect(await stored(name)).toEqual([[2, 1.5]]);
});
