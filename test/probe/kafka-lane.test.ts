import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Attempt, LaneDriver } from '../../probe/contract.ts';
import { Cluster } from '../../probe/kafka/cluster.ts';
import { IdempotentLane } from '../../probe/kafka/idempotent.ts';
import { KafkaLane } from '../../probe/kafka/lane.ts';
import { RecordWriter, readBatches } from '../../probe/kafka/records.ts';
import { FakeBrokers } from './fake-brokers.ts';

const attempt_timeout_ms = 200;
const clock = monotonicClock(epochOffset());
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function scene(idempotent = false) {
  const brokers = new FakeBrokers();
  const bootstrap = [1, 2, 3].map((port) => ({ host: 'fake', port }));
  const cluster = new Cluster({ bootstrap, topic: 't', clock, open: brokers.open });
  void cluster.watch();
  const target = { name: 'p0', kind: 'service' as const, url: '', rate_hz: 100, connections: 1, partition: 0 };
  const lane: LaneDriver = new (idempotent ? IdempotentLane : KafkaLane)({
    target,
    partition: 0,
    topic: 't',
    client: { acks: 'all', idempotent, record_bytes: 100 },
    attempt_timeout_ms,
    clock,
    cluster,
    open: brokers.open,
    writer: new RecordWriter('run', 'p0#1', 100),
    closed: () => cluster.close(),
  });
  closing.push(() => void lane.close());
  let n = 0;
  const attempt = (): Promise<Attempt> => lane.attempt(n++, clock.now());
  /** Attempts at the lane's rate. */
  const attempts = async (count: number): Promise<Promise<Attempt>[]> => {
    const begun: Promise<Attempt>[] = [];
    for (let i = 0; i < count; i += 1) {
      begun.push(attempt());
      await sleep(10);
    }
    return begun;
  };
  return { brokers, cluster, lane, attempt, attempts };
}

function numbersOf(batch: Buffer): number[] {
  const found: number[] = [];
  readBatches(batch, 0, Number.POSITIVE_INFINITY, (_, n) => found.push(n));
  return found;
}
const producerOf = (batch: Buffer) => [batch.readBigInt64BE(43), batch.readInt32BE(53)];
const kinds = (all: Attempt[]) => [...new Set(all.map(({ outcome, code }) => `${outcome} ${code ?? ''}`.trim()))];

test('numbers that come together go together, in their order, each with an outcome and an offset of its own', async () => {
  const { brokers, attempt } = scene();
  brokers.answer = () => ({ error: 'NONE', offset: 70 });
  const all = await Promise.all([attempt(), attempt(), attempt()]);
  expect(brokers.produced.map(({ request }) => numbersOf(request.batch))).toEqual([[0, 1, 2]]);
  expect(all.map(({ outcome, server, offset }) => [outcome, server, offset])).toEqual(
    [70, 71, 72].map((offset) => ['ok', 'broker-1@0', offset]),
  );
});

test('sending goes on while answers are owed, five requests at most', async () => {
  const { brokers, attempt, attempts } = scene();
  await attempt();
  brokers.answer = () => undefined;
  const all = await Promise.all(await attempts(12));
  expect(brokers.produced).toHaveLength(6);
  expect(kinds(all)).toEqual(['indeterminate timeout', 'indeterminate connect timeout']);
});

test.each([
  ['NOT_ENOUGH_REPLICAS', 'failed'],
  ['NOT_LEADER_OR_FOLLOWER', 'indeterminate'],
  ['REQUEST_TIMED_OUT', 'indeterminate'],
])('%s ends as %s, once, and nothing is sent again', async (error, outcome) => {
  const { brokers, attempt } = scene();
  brokers.answer = () => ({ error, offset: null });
  expect(await attempt()).toMatchObject({ outcome, code: error });
  await sleep(50);
  expect(brokers.produced).toHaveLength(1);
});

test('a leader that says it is none is asked about at once, and the next attempt goes to the new one', async () => {
  const { brokers, attempt } = scene();
  await attempt();
  brokers.answer = (_, broker) => ({ error: broker === brokers.leader ? 'NONE' : 'NOT_LEADER_OR_FOLLOWER', offset: null });
  brokers.moveTo(2);
  const asked = brokers.asked.length;
  expect(await attempt()).toMatchObject({ outcome: 'indeterminate', code: 'NOT_LEADER_OR_FOLLOWER' });
  await sleep(60);
  expect(await attempt()).toMatchObject({ outcome: 'ok', server: 'broker-2@1' });
  expect(brokers.asked.length - asked).toBeLessThanOrEqual(3);
});

test('a lost connection ends what it carried in doubt; refused dials fail what waited, without a storm', async () => {
  const { brokers, attempt, attempts } = scene();
  await attempt();
  brokers.answer = () => undefined;
  const carried = attempt();
  await sleep(10);
  brokers.moods.set(1, 'refuses');
  brokers.reset(1);
  expect(await carried).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
  const dialled = brokers.dialled.length;
  const all = await Promise.all(await attempts(20));
  expect(kinds(all)).toEqual(['failed ECONNREFUSED']);
  expect(brokers.produced).toHaveLength(2);
  expect(brokers.dialled.length - dialled).toBeLessThanOrEqual(60);
});

test('a leader that takes connections and says nothing holds each attempt until its timeout, and nothing longer', async () => {
  const { brokers, attempt, attempts } = scene();
  await attempt();
  brokers.moods.set(1, 'silent');
  brokers.reset(1);
  const begun = await attempts(30);
  brokers.moods.set(1, 'answers');
  await sleep(40);
  expect(await attempt()).toMatchObject({ outcome: 'ok' });
  const all = await Promise.all(begun);
  expect(kinds(all.slice(0, 25))).toEqual(['indeterminate connect timeout']);
  // The silent dials are gone: one connection for metadata at most, and the lane's.
  await sleep(attempt_timeout_ms);
  expect(brokers.connections(1)).toBeLessThanOrEqual(2);
});

test('a connection that falls silent is replaced by one that answers, within an attempt timeout', async () => {
  const { brokers, attempt, attempts } = scene();
  await attempt();
  brokers.answer = () => undefined;
  const begun = await attempts(15);
  brokers.answer = () => ({ error: 'NONE', offset: null });
  begun.push(...(await attempts(15)));
  const all = await Promise.all(begun);
  expect(kinds(all.slice(0, 5))).toEqual(['indeterminate timeout']);
  expect(kinds(all.slice(-5))).toEqual(['ok']);
});

test('without a leader an attempt ends as soon as metadata asked for after it says so', async () => {
  const { brokers, attempt } = scene();
  await attempt();
  brokers.moods.set(1, 'refuses');
  brokers.moveTo(null);
  brokers.reset(1);
  await sleep(50);
  const ended = await attempt();
  expect(ended).toMatchObject({ outcome: 'indeterminate', code: 'LEADER_NOT_AVAILABLE' });
  expect(ended.done_at - ended.sent_at).toBeLessThan(attempt_timeout_ms);
});

test('a frozen leader is left as soon as metadata names another, asked of the others', async () => {
  const { brokers, attempt, attempts } = scene();
  await attempt();
  brokers.moods.set(1, 'silent');
  const begun = await attempts(5);
  brokers.moveTo(2);
  await sleep(600);
  expect(await attempt()).toMatchObject({ outcome: 'ok', server: 'broker-2@1' });
  expect(kinds(await Promise.all(begun))).toEqual(['indeterminate timeout']);
});

test('an idempotent lane sends the very same batches again, in order, until they are answered; late ones say so', async () => {
  const { brokers, attempt, attempts } = scene(true);
  await attempt();
  brokers.answer = () => ({ error: 'NOT_ENOUGH_REPLICAS', offset: null });
  const begun = await attempts(30);
  const tried = brokers.produced.slice(1).map(({ request }) => numbersOf(request.batch).join());
  expect(new Set(tried.filter((numbers) => numbers.startsWith('1'))).size).toBeLessThanOrEqual(2);
  brokers.produced = [];
  brokers.answer = () => ({ error: 'NONE', offset: null });
  const all = await Promise.all(begun);
  expect(kinds(all)).toEqual(['ok']);
  expect(all.every(({ producer }) => producer === '0')).toBe(true);
  expect(all[0]?.overdue_at).toBe((all[0]?.sent_at ?? 0) + attempt_timeout_ms);
  expect(all.at(-1)?.overdue_at).toBeUndefined();
  expect(brokers.produced.flatMap(({ request }) => numbersOf(request.batch))).toEqual(all.map((_, i) => i + 1));
});

test('an idempotent lane carries its batches to a new connection and a new leader under the same sequence', async () => {
  const { brokers, attempt } = scene(true);
  await attempt();
  brokers.answer = () => undefined;
  const late = attempt();
  await sleep(20);
  brokers.answer = () => ({ error: 'NONE', offset: null });
  brokers.moods.set(1, 'refuses');
  brokers.moveTo(3);
  brokers.reset(1);
  expect(await late).toMatchObject({ outcome: 'ok', server: 'broker-3@1', producer: '0' });
  expect(brokers.produced.slice(1).map(({ request }) => producerOf(request.batch))).toEqual([
    [0n, 1],
    [0n, 1],
  ]);
});

test('a producer that the broker lost is replaced, and what is unanswered goes out under the new one', async () => {
  const { brokers, attempt } = scene(true);
  await attempt();
  brokers.answer = ({ batch }) =>
    batch.readBigInt64BE(43) === 0n ? { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', offset: null } : { error: 'NONE', offset: 9 };
  expect(await attempt()).toMatchObject({ outcome: 'ok', producer: '1', offset: 9 });
  expect(producerOf(brokers.produced.at(-1)?.request.batch ?? Buffer.alloc(0))).toEqual([1n, 0]);
});

test('a lost producer is not replaced while something is on the wire under it', async () => {
  const { brokers, attempt } = scene(true);
  await attempt();
  const held: ((answer: { error: string; offset: number | null }) => void)[] = [];
  brokers.answer = () => new Promise((resolve) => held.push(resolve));
  const begun = [attempt()];
  while (held.length < 1) await sleep(1);
  begun.push(attempt());
  while (held.length < 2) await sleep(1);
  held[0]?.({ error: 'UNKNOWN_PRODUCER_ID', offset: null });
  await sleep(60);
  expect(brokers.producers).toBe(1n);
  brokers.answer = () => ({ error: 'NONE', offset: 7 });
  held[1]?.({ error: 'NONE', offset: 6 });
  expect(await Promise.all(begun)).toMatchObject([
    { outcome: 'ok', producer: '1' },
    { outcome: 'ok', producer: '0', offset: 6 },
  ]);
});

test('a batch refused for good is in doubt, and the next goes on', async () => {
  const { brokers, attempt } = scene(true);
  brokers.answer = () => ({ error: 'MESSAGE_TOO_LARGE', offset: null });
  expect(await attempt()).toMatchObject({ outcome: 'indeterminate', code: 'MESSAGE_TOO_LARGE' });
  brokers.answer = () => ({ error: 'NONE', offset: null });
  expect(await attempt()).toMatchObject({ outcome: 'ok', producer: '1' });
});

test.each([false, true])('closed, what was never sent is unsent and the rest in doubt (idempotent %s)', async (idempotent) => {
  const { brokers, lane, attempt, attempts } = scene(idempotent);
  await attempt();
  brokers.answer = () => undefined;
  const begun = await attempts(9);
  await lane.close();
  expect(kinds(await Promise.all(begun))).toEqual(['indeterminate closed', 'unsent']);
});
