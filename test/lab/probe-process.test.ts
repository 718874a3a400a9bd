import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { epochOffset } from '../../probe/clock.ts';
import type { Segment } from '../../probe/contract.ts';
import type { FromWitness, ToWitness } from '../../probe/messages.ts';
import { prepare } from '../../probe/postgres.ts';
import { OneServer } from './one-server.ts';

let one: OneServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  one = await OneServer.start('witness-test');
  await prepare(one.url);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => one.stop());

/** A witness at work, and everything that it has said so far. */
function witness(change: Partial<Segment> = {}) {
  const child = fork(new URL('../../probe/main.ts', import.meta.url), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const said: FromWitness[] = [];
  child.on('message', (message: FromWitness) => said.push(message));
  const tell = (message: ToWitness) => child.send(message);
  const target = { name: 'writer', kind: 'service' as const, url: one.url, rate_hz: 100, connections: 10 };
  const segment: Segment = {
    run: 'process',
    witness: 'even',
    segment: 1,
    protocol: { name: 'postgres' },
    targets: [target],
    attempt_timeout_ms: 250,
    stop_at: Date.now() + 60_000,
    beat_every_ms: 100,
    bin_ms: 100,
    ...change,
  };
  tell({ kind: 'segment', segment, epoch_offset_ms: epochOffset() });
  const hear = async (kind: FromWitness['kind'], enough = 1) => {
    while (said.filter((message) => message.kind === kind).length < enough) await once(child, 'message');
    return said.filter((message) => message.kind === kind);
  };
  return { child, said, tell, hear };
}

test('it beats while it writes, ends when told to, and exits with nothing left to do', async () => {
  const { child, said, tell, hear } = witness();
  await hear('beat', 5);
  tell({ kind: 'stop' });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  const last = said.at(-1);
  if (last?.kind !== 'result') throw new Error(`its last word was ${last?.kind}`);
  expect(last.result.final).toBe(true);
  expect(last.result.lanes[0]?.attempts.ok).toBeGreaterThan(10);
  expect(last.result.lanes[0]?.servers[0]?.server).toBe('pg-1@1');
});

test('its times are on the axis of whoever started it', async () => {
  const before = Date.now();
  const { hear } = witness();
  const [beat] = await hear('beat');
  if (beat?.kind !== 'beat') throw new Error('no beat');
  expect(beat.beat.at).toBeGreaterThan(before - 100);
  expect(beat.beat.at).toBeLessThan(Date.now() + 100);
});

test('it ends by itself when nobody answers its beats', async () => {
  const { child, said } = witness({ stop_at: Date.now() + 1500 });
  await once(child, 'exit');
  expect(said.at(-1)?.kind).toBe('result');
});

test('it dies with its parent: a closed channel ends it', async () => {
  const { child, hear } = witness();
  await hear('beat', 2);
  child.disconnect();
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([0, null]);
});

test("a terminal's Ctrl-C does not stop it", async () => {
  const { child, said, hear } = witness();
  await hear('beat', 2);
  child.kill('SIGINT');
  await hear('beat', said.length + 3);
  expect(child.exitCode).toBeNull();
});

test('while it is stopped it does not run, and says so afterwards', async () => {
  const { child, said, tell, hear } = witness();
  await hear('beat', 2);
  child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 400));
  child.kill('SIGCONT');
  await hear('beat', said.length + 2);
  tell({ kind: 'stop' });
  await once(child, 'exit');
  const last = said.at(-1);
  if (last?.kind !== 'result') throw new Error(`its last word was ${last?.kind}`);
  expect(last.result.record.longest_stall_ms).toBeGreaterThan(300);
  expect(last.result.record.stalls.length).toBeGreaterThan(0);
});

test('a segment that cannot be run is an error, not a silence', async () => {
  const { child, hear } = witness({ targets: [{ name: 'writer', kind: 'service', url: 'no:secret@[', rate_hz: 1, connections: 1 }] });
  const [code] = await once(child, 'exit');
  expect(await hear('error')).toEqual([{ kind: 'error', message: expect.stringContaining('address of writer: got another kind of text') }]);
  expect(code).toBe(70);
});
