import { afterEach, expect, test } from 'vitest';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Driver, LaneDriver, Target } from '../../probe/contract.ts';
import { etcdDriver } from '../../probe/etcd.ts';
import { AMember, type Answer, ok, refusal } from './a-member.ts';

const clock = monotonicClock(epochOffset());
const members: AMember[] = [];
const lanes: LaneDriver[] = [];
afterEach(async () => {
  await Promise.all(lanes.splice(0).map((lane) => lane.close()));
  await Promise.all(members.splice(0).map((member) => member.stop()));
});

/** A lane over members `a`, `b` and on that answer so; it begins with the first, and opens nothing but what attempts need. */
async function over(...answers: (Answer | undefined)[]) {
  return overWith({}, ...answers);
}

async function overWith(wish: Wish, ...answers: (Answer | undefined)[]) {
  const started = await Promise.all(answers.map((answer, i) => new AMember('abc'.charAt(i), answer).start()));
  members.push(...started);
  return { started, lane: open(await etcdDriver('run', { name: 'etcd' }, clock), started, wish) };
}

interface Wish {
  kind?: Target['kind'];
  connections?: number;
  timeout_ms?: number;
}

/** Of attempts that are to run out of time. */
const brief_ms = 150;

function open(driver: Driver, to: AMember[], { kind = 'service', connections = 4, timeout_ms = 5000 }: Wish = {}): LaneDriver {
  const url = to.map((member) => member.url).join(',');
  const lane = driver.open(`${kind}#0`, { name: kind, kind, url, rate_hz: 1, connections }, timeout_ms);
  lanes.push(lane);
  return lane;
}

const silence: Answer = () => undefined;

test('ok: member and term, and the lane stays where it is served', async () => {
  const { started, lane } = await over(ok(3), ok(3));
  for (const n of [0, 1, 2]) expect(await lane.attempt(n, 0)).toMatchObject({ outcome: 'ok', server: 'a@3' });
  expect(started.map(({ asked }) => asked)).toEqual([
    ['quorum-drill/run/service#0/000000000', 'quorum-drill/run/service#0/000000001', 'quorum-drill/run/service#0/000000002'],
    [],
  ]);
});

test('a member that refuses is passed over by the same attempt, for nothing was written to it', async () => {
  const { started, lane } = await over(ok(1), ok(2), ok(2));
  await started[0]?.stop();
  expect(await lane.attempt(0, 0)).toMatchObject({ outcome: 'ok', server: 'b@2' });
});

test('when all members refuse the attempt has failed', async () => {
  const { started, lane } = await over(ok(1), ok(1));
  await Promise.all(started.map((member) => member.stop()));
  expect(await lane.attempt(0, 0)).toMatchObject({ outcome: 'failed', code: 'ECONNREFUSED' });
});

test('a write that was cut off is in doubt, is not sent again, and the next goes to the next member', async () => {
  const { started, lane } = await over((_, __, socket) => socket.resetAndDestroy(), ok(2));
  expect(await lane.attempt(0, 0)).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
  expect(await lane.attempt(1, 0)).toMatchObject({ outcome: 'ok', server: 'b@2' });
  expect(started.map(({ asked }) => asked.length)).toEqual([1, 1]);
});

test('so is one whose connection ends without a word, or in the middle of the answer', async () => {
  const { lane } = await over(
    (_, __, socket) => socket.end(),
    (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"header":');
      setTimeout(() => response.destroy(), 5);
    },
  );
  for (const n of [0, 1]) expect(await lane.attempt(n, 0)).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
});

test('a member that takes a write and says nothing: in doubt at the attempt timeout, and the lane moves on', async () => {
  const { started, lane } = await overWith({ timeout_ms: brief_ms }, silence, ok(2));
  const ended = await lane.attempt(0, 0);
  expect(ended).toMatchObject({ outcome: 'indeterminate', code: 'timeout' });
  expect(ended.done_at - ended.sent_at).toBeGreaterThanOrEqual(brief_ms - 1);
  expect(await lane.attempt(1, 0)).toMatchObject({ outcome: 'ok', server: 'b@2' });
  expect(started.map(({ asked }) => asked.length)).toEqual([1, 1]);
});

test('a member that takes connections and greets nobody never gets the write', async () => {
  const { started, lane } = await overWith({ timeout_ms: brief_ms }, ok(1), ok(2));
  const [a] = started as [AMember];
  a.greets_after_ms = Number.POSITIVE_INFINITY;
  expect(await lane.attempt(0, 0)).toMatchObject({ outcome: 'indeterminate', code: 'connect timeout' });
  expect(await lane.attempt(1, 0)).toMatchObject({ outcome: 'ok', server: 'b@2' });
  expect(a.asked).toEqual([]);
});

test.each([
  ['etcdserver: no leader', 'failed', 'no leader'],
  ['etcdserver: rpc not supported for learner', 'failed', 'rpc not supported for learner'],
  ['etcdserver: leader changed', 'indeterminate', 'leader changed'],
  ['transport is closing', 'indeterminate', 'grpc 14'],
])('%j ends the attempt as %s, keeps the connection, and moves the lane on', async (message, outcome, code) => {
  const { started, lane } = await over(refusal(message), ok(2));
  expect(await lane.attempt(0, 0)).toMatchObject({ outcome, code });
  expect(await lane.attempt(1, 0)).toMatchObject({ outcome: 'ok', server: 'b@2' });
  expect(started.map(({ asked }) => asked.length)).toEqual([1, 1]);
  expect(started[0]?.connections).toBeGreaterThan(0);
});

test('members that need longer than an attempt to let anybody in are not asked in vain for ever', async () => {
  const { started, lane } = await overWith({ timeout_ms: brief_ms, connections: 40 }, ok(1), ok(1));
  for (const member of started) member.greets_after_ms = 200;
  const under_way = [];
  for (let n = 0; n < 30; n += 1) {
    under_way.push(lane.attempt(n, 0));
    await clock.sleep(20);
  }
  const ended = (await Promise.all(under_way)).map(({ outcome, code }) => code ?? outcome);
  expect(ended).toContain('connect timeout');
  expect(ended.slice(-5)).toEqual(Array(5).fill('ok'));
});

test('attempts that hang hold up no other; over the bound one is unsent', async () => {
  const { started, lane } = await overWith({ timeout_ms: 1000 }, silence);
  const ended = await Promise.all([0, 1, 2, 3, 4].map((n) => lane.attempt(n, 0)));
  expect(ended.map(({ outcome, code }) => code ?? outcome).sort()).toEqual(['timeout', 'timeout', 'timeout', 'timeout', 'unsent']);
  for (const member of started) member.answer = ok(1);
  expect(await lane.attempt(5, 0)).toMatchObject({ outcome: 'ok' });
});

test('a closed lane leaves no attempt and no connection behind', async () => {
  const { started, lane } = await over(silence);
  const ended = [0, 1, 2, 3, 4].map((n) => lane.attempt(n, 0));
  while (started[0]?.asked.length !== 4) await clock.sleep(1);
  await lane.close();
  expect((await Promise.all(ended)).map(({ outcome }) => outcome).sort()).toEqual([
    'indeterminate',
    ...Array(3).fill('indeterminate'),
    'unsent',
  ]);
  while (started[0]?.connections !== 0) await clock.sleep(1);
  expect(started[0]?.connections).toBe(0);
});

const key = (n: number) => `quorum-drill/run/service#0/${String(n).padStart(9, '0')}`;

test('a read has to return what was acknowledged before it was sent, and what another read returned', async () => {
  const member = await new AMember('a').start();
  members.push(member);
  const driver = await etcdDriver('run', { name: 'etcd' }, clock);
  const writes = open(driver, [member]);
  const reads = open(driver, [member], { kind: 'read' });
  const own = open(driver, [member], { kind: 'serializable' });
  const sees = (...keys: number[]) => {
    member.answer = ok(1, keys.map(key));
  };
  sees();
  expect((await reads.attempt(0, 0)).register).toEqual({ wanted: null, got: null });
  for (const n of [0, 1, 2]) await writes.attempt(n, 0);
  sees(0, 1, 2);
  expect((await reads.attempt(1, 0)).register).toEqual({ wanted: 2, got: 2 });
  sees(0, 1);
  expect((await reads.attempt(2, 0)).register).toEqual({ wanted: 2, got: 1 });
  expect((await own.attempt(2, 0)).register).toEqual({ wanted: 2, got: 1 });
  // Another member's own reads may run ahead, and say nothing about the next linearizable one.
  sees(0, 1, 2, 9);
  expect((await own.attempt(3, 0)).register).toEqual({ wanted: 2, got: 9 });
  sees(0, 1, 2, 3);
  expect((await reads.attempt(3, 0)).register).toEqual({ wanted: 2, got: 3 });
  expect((await reads.attempt(4, 0)).register).toEqual({ wanted: 3, got: 3 });
});

test('a read asks for few numbers, and for its own lane alone; a serializable one goes to the member without its leader', async () => {
  const bodies: { [name: string]: unknown }[] = [];
  const member = await new AMember('a', (body, response, socket) => {
    bodies.push(body);
    ok(1)(body, response, socket);
  }).start();
  members.push(member);
  const driver = await etcdDriver('run', { name: 'etcd' }, clock);
  await open(driver, [member]).attempt(40, 0);
  await open(driver, [member], { kind: 'read' }).attempt(0, 0);
  await open(driver, [member], { kind: 'serializable' }).attempt(0, 0);
  const range_end = Buffer.from('quorum-drill/run/service#00').toString('base64');
  expect(bodies.slice(1)).toMatchObject([
    { key: key(32), range_end, limit: 1000, serializable: false, keys_only: true },
    { key: key(32), range_end, limit: 1000, serializable: true, keys_only: true },
  ]);
});

test('an address that is none is refused before anything is opened', async () => {
  const driver = await etcdDriver('run', { name: 'etcd' }, clock);
  const target = { name: 'writes', kind: 'service' as const, url: 'secret@[', rate_hz: 1, connections: 1 };
  expect(() => driver.open('writes#1', target, 100)).toThrow('address of writes: got no name, host and port in place 1');
});
