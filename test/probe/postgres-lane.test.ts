import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Attempt } from '../../probe/contract.ts';
import { PostgresLane } from '../../probe/postgres/lane.ts';

const authenticated = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** One statement answered with one row of one empty text. */
const answered = Buffer.concat([
  Buffer.from('1\0\0\0\x042\0\0\0\x04', 'latin1'),
  Buffer.from('T\0\0\0\x1a\0\x01a\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0', 'latin1'),
  Buffer.from('D\0\0\0\x0a\0\x01\0\0\0\0C\0\0\0\x0dSELECT 1\0', 'latin1'),
  ready,
]);
const attempt_timeout_ms = 50;

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Takes connections and answers each log-in as told; counts them. */
async function aServer(answer: (socket: Socket) => void): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `postgres://someone:secret@127.0.0.1:${port}/postgres?sslmode=disable`, asked: () => asked };
}

async function attempts(url: string, count: number): Promise<Attempt[]> {
  const clock = monotonicClock(epochOffset());
  const target = { name: 'writer', kind: 'service' as const, url, rate_hz: 100, connections: 20 };
  const statement = (n: number) => ({ name: 'w', text: 'select $1', values: [n] });
  const lane = new PostgresLane({
    target,
    attempt_timeout_ms,
    clock,
    credentials: {},
    leavesReaders: false,
    statement,
    warm: statement(0),
  });
  const under_way: Promise<Attempt>[] = [];
  for (let n = 0; n < count; n += 1) {
    under_way.push(lane.attempt(n, clock.now()));
    await sleep(10);
  }
  const all = await Promise.all(under_way);
  await lane.close();
  return all;
}

test('a server that is slow to log in is not asked again for every log-in it has not finished', async () => {
  const { url, asked } = await aServer((socket) => {
    socket.write(authenticated);
    setTimeout(() => socket.write(ready), 3 * attempt_timeout_ms);
    socket.on('data', () => socket.write(answered));
  });
  const all = await attempts(url, 30);
  expect(asked()).toBeLessThanOrEqual(12);
  // It answered, so not being served says nothing against it; those it was asked for later may have been sent.
  expect(all.some(({ outcome }) => outcome === 'unsent')).toBe(true);
  expect(all.filter(({ code }) => code === 'connect timeout')).toEqual([]);
});

test('a server that says nothing is asked by every attempt, and its silence counts against it', async () => {
  const { url, asked } = await aServer(() => undefined);
  const all = await attempts(url, 30);
  expect(asked()).toBeGreaterThan(12);
  expect(new Set(all.map(({ outcome, code }) => `${outcome} ${code}`))).toEqual(new Set(['indeterminate connect timeout']));
});
