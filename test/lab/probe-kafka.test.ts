import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { KafkaClient } from '../../core/drill.ts';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Attempt, LaneDriver } from '../../probe/contract.ts';
import type { KafkaCredentials } from '../../probe/kafka/credentials.ts';
import { kafkaDriver } from '../../probe/kafka.ts';
import { OneBroker } from './one-broker.ts';

let one: OneBroker;
const lanes: LaneDriver[] = [];
const clock = monotonicClock(epochOffset());
let topics = 0;

beforeAll(async () => {
  one = await OneBroker.start('probe-kafka');
});

afterEach(async () => {
  one.server.thaw();
  await Promise.all(lanes.splice(0).map((lane) => lane.close()));
});

afterAll(() => one.stop());

interface Wish {
  client?: Partial<KafkaClient>;
  listener?: Parameters<OneBroker['url']>[0];
  configs?: { [name: string]: string };
  credentials?: KafkaCredentials;
  timeout_ms?: number;
}

/** A lane on a topic of its own, and its reading back. */
async function open({ client = {}, listener = 'plain', configs = {}, credentials = {}, timeout_ms = 2_000 }: Wish = {}) {
  topics += 1;
  const topic = `writes-${topics}`;
  await one.topic(topic, 1, configs);
  const whole = { acks: 'all' as const, idempotent: false, record_bytes: 100, ...client };
  const driver = kafkaDriver('run', { name: 'kafka', topic, client: whole }, clock, credentials);
  const target = { name: 'p0', kind: 'service' as const, url: one.url(listener), rate_hz: 100, connections: 1, partition: 0 };
  const lane = driver.open('p0#1', target, timeout_ms);
  lanes.push(lane);
  let n = 0;
  const attempt = (): Promise<Attempt> => lane.attempt(n++, clock.now());
  const read = (count: number) => driver.readback(one.url(listener), 'run', [{ lane: 'p0#1', count }]);
  return { driver, topic, lane, attempt, read };
}

test.each([
  [{ acks: 'all' }, { offset: 0 }],
  [{ acks: '1' }, { offset: 0 }],
  [{ acks: '0' }, {}],
  [{ idempotent: true }, { offset: 0, producer: expect.stringMatching(/^\d+$/) }],
] as const)('ok with %o: the record is there, with leader, term and offset', async (client, told) => {
  const { driver, attempt, read } = await open({ client });
  const ended = await attempt();
  expect(ended).toMatchObject({ outcome: 'ok', server: 'broker-1@0', ...told });
  expect(ended.done_at).toBeGreaterThanOrEqual(ended.sent_at);
  // Without an answer the broker may take it in a little later.
  let [back] = await read(2);
  while (back?.present === 'm2') [back] = await read(2);
  expect(back).toMatchObject({ lane: 'p0#1', present: 'p1 m1', duplicated: 0, reordered: 0 });
  expect(driver.view?.().partitions).toEqual([{ partition: 0, leader: 1, leader_epoch: 0, replicas: [1], isr: [1] }]);
});

test('MESSAGE_TOO_LARGE, which is on no list: indeterminate', async () => {
  const { attempt } = await open({ configs: { 'max.message.bytes': '70' } });
  expect(await attempt()).toMatchObject({ outcome: 'indeterminate', code: 'MESSAGE_TOO_LARGE' });
});

test('a reset in mid-flight: indeterminate, and the next attempt has a connection at once', async () => {
  const { attempt } = await open({ listener: 'linked' });
  await attempt();
  await one.server.freeze();
  const ended = attempt();
  await sleep(50);
  one.link.reset();
  expect(await ended).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
  one.server.thaw();
  expect(await attempt()).toMatchObject({ outcome: 'ok' });
});

test('a frozen broker: indeterminate after the attempt timeout, and its connection lives on', async () => {
  const { attempt, read } = await open({ timeout_ms: 400 });
  await attempt();
  await one.server.freeze();
  const ended = await attempt();
  one.server.thaw();
  expect(ended).toMatchObject({ outcome: 'indeterminate', code: 'timeout' });
  expect(ended.done_at - ended.sent_at).toBeGreaterThanOrEqual(399);
  expect(await attempt()).toMatchObject({ outcome: 'ok' });
  // What was given up was on its way all the same.
  expect(await read(3)).toMatchObject([{ present: 'p3', duplicated: 0 }]);
});

test('an idempotent lane through resets: every attempt ends ok, once each, in order', async () => {
  const { attempt, read } = await open({ client: { idempotent: true }, listener: 'linked', timeout_ms: 200 });
  const begun: Promise<Attempt>[] = [];
  for (let i = 0; i < 300; i += 1) {
    begun.push(attempt());
    if (i % 50 === 20) one.link.reset();
    await sleep(5);
  }
  const all = await Promise.all(begun);
  expect(new Set(all.map(({ outcome, producer }) => `${outcome} ${producer}`)).size).toBe(1);
  expect(all[0]?.outcome).toBe('ok');
  expect(await read(300)).toEqual([{ lane: 'p0#1', present: 'p300', duplicated: 0, reordered: 0, duplicated_across_producers: 0 }]);
});

test('what was written twice, missing and of other runs and lanes, told by lane and number', async () => {
  const { driver, topic, lane, read } = await open();
  for (const n of [0, 1, 3, 2, 2, 5]) expect(await lane.attempt(n, 0)).toMatchObject({ outcome: 'ok' });
  const other = kafkaDriver('another', { name: 'kafka', topic, client: { acks: 'all', idempotent: false, record_bytes: 10 } }, clock);
  const target = { name: 'p0', kind: 'service' as const, url: one.url(), rate_hz: 100, connections: 1, partition: 0 };
  const strange = other.open('p0#1', target, 2_000);
  expect(await strange.attempt(4, 0)).toMatchObject({ outcome: 'ok' });
  await strange.close();
  expect(await read(5)).toEqual([{ lane: 'p0#1', present: 'p4 m1', duplicated: 1, reordered: 1 }]);
  expect(await driver.readback(one.url(), 'another', [{ lane: 'p0#1', count: 6 }])).toMatchObject([{ present: 'm4 p1 m1' }]);
});

test('TLS: the certificate is checked', async () => {
  const trusting = await open({ listener: 'tls', credentials: { tls: { ca: one.certificate } } });
  expect(await trusting.attempt()).toMatchObject({ outcome: 'ok' });
  expect(await trusting.read(1)).toMatchObject([{ present: 'p1' }]);
  const strange = await open({ listener: 'tls', credentials: { tls: {} }, timeout_ms: 500 });
  expect(await strange.attempt()).toMatchObject({ outcome: 'indeterminate', code: 'connect timeout' });
});

const claim = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
function token(): string {
  const now_s = Math.floor(Date.now() / 1000);
  return `${claim({ alg: 'none' })}.${claim({ sub: 'probe', iat: now_s, exp: now_s + 60 })}.`;
}

test('OAUTHBEARER: a token is asked for at every log-in, and a bad one lets nobody in', async () => {
  let asked = 0;
  const credentials: KafkaCredentials = {
    sasl: {
      mechanism: 'OAUTHBEARER',
      token: async () => {
        asked += 1;
        return token();
      },
    },
  };
  const known = await open({ listener: 'oauth', credentials });
  expect(await known.attempt()).toMatchObject({ outcome: 'ok' });
  // One for metadata and one for the lane, or two of them where the first is slow.
  expect(asked).toBeGreaterThanOrEqual(2);
  expect(asked).toBeLessThanOrEqual(3);
  const bad: KafkaCredentials = { sasl: { mechanism: 'OAUTHBEARER', token: () => 'nobody' } };
  const unknown = await open({ listener: 'oauth', credentials: bad, timeout_ms: 500 });
  expect(await unknown.attempt()).toMatchObject({ outcome: 'indeterminate' });
});

test('a broker that is gone: refused, which is failed; and readable again when it is back', async () => {
  const { attempt, read } = await open();
  await attempt();
  await one.server.kill();
  await sleep(100);
  expect(await attempt()).toMatchObject({ outcome: 'failed', code: 'ECONNREFUSED' });
  await one.server.start();
  let last = await attempt();
  while (last.outcome !== 'ok') last = await attempt();
  expect((await read(2))[0]?.present).toBe('p1 m1');
});
