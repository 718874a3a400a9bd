import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { brokerName } from '../../core/topology.ts';
import { KafkaCluster } from '../../lab/kafka/cluster.ts';
import { loopback } from '../../lab/ports.ts';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import type { Attempt, LaneDriver } from '../../probe/contract.ts';
import { type BrokerConnection, openConnection } from '../../probe/kafka/connection.ts';
import { codeOf } from '../../probe/kafka/outcome.ts';
import { nobody, RecordWriter } from '../../probe/kafka/records.ts';
import { kafkaDriver } from '../../probe/kafka.ts';

const clock = monotonicClock(epochOffset());
const topic = 'writes';
let cluster: KafkaCluster;
let logs: string;
const lanes: LaneDriver[] = [];
const connections: BrokerConnection[] = [];

beforeAll(async () => {
  logs = await mkdtemp(join(tmpdir(), 'probe-kafka-'));
  cluster = await KafkaCluster.start({
    run: 'probe-kafka-cluster',
    brokers: 3,
    controllers: 1,
    zones: 3,
    topic,
    partitions: 3,
    replication_factor: 3,
    min_isr: 2,
    unclean_election: false,
    logs,
    clock,
  });
});

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await Promise.all(lanes.splice(0).map((lane) => lane.close()));
  await cluster.restore();
});

afterAll(async () => {
  await cluster?.stop();
  await rm(logs, { recursive: true, force: true });
});

const url = () => `kafka://${cluster.bootstrap.join(',')}`;

function open(run: string, partition: number, idempotent = false) {
  const driver = kafkaDriver(run, { name: 'kafka', topic, client: { acks: 'all', idempotent, record_bytes: 100 } }, clock);
  const target = { name: `p${partition}`, kind: 'service' as const, url: url(), rate_hz: 50, connections: 1, partition };
  const lane = driver.open(`p${partition}#1`, target, 1_000);
  lanes.push(lane);
  let n = 0;
  const attempt = (): Promise<Attempt> => lane.attempt(n++, clock.now());
  const read = () => driver.readback(url(), run, [{ lane: `p${partition}#1`, count: n }]);
  return { driver, attempt, read, count: () => n };
}

/** A connection to one broker without a lane around it. */
async function direct(broker: number): Promise<BrokerConnection> {
  const connection = openConnection({})({ host: loopback, port: cluster.server(brokerName(broker)).port }, 5_000, () => undefined);
  connections.push(connection);
  await connection.connect();
  return connection;
}

const writer = new RecordWriter('direct', 'none', 100);
function request(partition: number, timeout_ms = 1_000, producer = nobody) {
  return { topic, partition, acks: 'all' as const, timeout_ms, batch: writer.batch([{ n: 0, planned_at: 0 }], clock.now(), producer) };
}

/** The first one of a cluster may have to wait for its block of ids. */
async function newProducer(connection: BrokerConnection): Promise<{ id: bigint; epoch: number }> {
  for (;;) {
    try {
      return await connection.newProducer();
    } catch (error) {
      if (codeOf(error) !== 'COORDINATOR_LOAD_IN_PROGRESS') throw error;
      await clock.sleep(50);
    }
  }
}

async function leaderOf(partition: number): Promise<{ leader: number; followers: number[] }> {
  const state = (await cluster.partitions()).find((one) => one.partition === partition);
  if (state?.leader == null) throw new Error(`partition ${partition} has no leader`);
  return { leader: state.leader, followers: state.replicas.filter((id) => id !== state.leader) };
}

test('NOT_LEADER_OR_FOLLOWER of a follower, UNKNOWN_TOPIC_OR_PARTITION of none', async () => {
  const { leader, followers } = await leaderOf(0);
  const follower = await direct(followers[0] ?? 0);
  expect(await follower.produce(request(0))).toEqual({ error: 'NOT_LEADER_OR_FOLLOWER', offset: null });
  expect(await follower.produce(request(77))).toEqual({ error: 'UNKNOWN_TOPIC_OR_PARTITION', offset: null });
  expect((await (await direct(leader)).produce(request(0))).error).toBe('NONE');
});

test('OUT_OF_ORDER_SEQUENCE_NUMBER behind a hole, and the same batch twice is stored once', async () => {
  const { leader } = await leaderOf(0);
  const connection = await direct(leader);
  const producer = await newProducer(connection);
  const first = await connection.produce(request(0, 1_000, { ...producer, sequence: 0 }));
  expect(await connection.produce(request(0, 1_000, { ...producer, sequence: 0 }))).toEqual(first);
  expect((await connection.produce(request(0, 1_000, { ...producer, sequence: 9 }))).error).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
});

test('REQUEST_TIMED_OUT while followers stand still: appended all the same', async () => {
  const { leader, followers } = await leaderOf(0);
  const connection = await direct(leader);
  const before = await connection.offset({ topic, partition: 0, which: 'latest' });
  for (const follower of followers) await cluster.server(brokerName(follower)).freeze();
  expect(await connection.produce(request(0, 300))).toEqual({ error: 'REQUEST_TIMED_OUT', offset: null });
  for (const follower of followers) cluster.server(brokerName(follower)).thaw();
  while ((await connection.offset({ topic, partition: 0, which: 'latest' })) === before) await clock.sleep(50);
  expect(await connection.offset({ topic, partition: 0, which: 'latest' })).toBe(before + 1);
});

test('NOT_ENOUGH_REPLICAS below min ISR: failed, and never there', async () => {
  const { attempt, read, count, driver } = open('below', 0);
  expect(await attempt()).toMatchObject({ outcome: 'ok' });
  const { leader, followers } = await leaderOf(0);
  for (const follower of followers) await cluster.stopMember(brokerName(follower));
  while ((driver.view?.().partitions[0]?.isr.length ?? 3) > 1) await clock.sleep(50);
  const ended = await attempt();
  expect(ended).toMatchObject({ outcome: 'failed', code: 'NOT_ENOUGH_REPLICAS' });
  expect(count()).toBe(2);
  await cluster.restore();
  expect(await read()).toMatchObject([{ present: 'p1 m1' }]);
  expect(leader).toBeGreaterThan(0);
});

test('a leader stopped in order: the lane follows at once, and the driver has seen it', async () => {
  const { attempt, read, driver } = open('stopped', 1);
  const before = await attempt();
  const { leader } = await leaderOf(1);
  expect(before).toMatchObject({ outcome: 'ok', server: expect.stringMatching(`^broker-${leader}@`) });
  const all: Promise<Attempt>[] = [];
  const stopping = cluster.stopMember(brokerName(leader));
  let over = false;
  void stopping.then(() => {
    over = true;
  });
  while (!over) {
    all.push(attempt());
    await clock.sleep(20);
  }
  all.push(attempt());
  const ended = await Promise.all(all);
  const last = ended.at(-1);
  expect(last?.outcome).toBe('ok');
  expect(last?.server).not.toBe(before.server);
  expect(new Set(ended.map(({ outcome }) => outcome)).has('unsent')).toBe(false);
  const seen = driver.view?.().sights.filter(({ partition }) => partition === 1);
  expect(seen?.[0]?.leader).toBe(leader);
  expect(seen?.at(-1)?.leader).not.toBe(leader);
  await cluster.restore();
  const acknowledged = ended.filter(({ outcome }) => outcome === 'ok').length + 1;
  const [back] = await read();
  const present = [...(back?.present ?? '').matchAll(/p(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  expect(present).toBeGreaterThanOrEqual(acknowledged);
});

test('an idempotent lane through a kill of its leader: every attempt ok, once each, in order, the late ones overdue', async () => {
  const { attempt, read, count } = open('killed', 2, true);
  await attempt();
  const { leader } = await leaderOf(2);
  await cluster.lose([brokerName(leader)]);
  const all: Promise<Attempt>[] = [];
  for (let i = 0; i < 100; i += 1) {
    all.push(attempt());
    await clock.sleep(20);
  }
  const ended = await Promise.all(all);
  expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
  expect(ended[0]?.overdue_at).toBeDefined();
  await cluster.restore();
  expect(await read()).toEqual([{ lane: 'p2#1', present: `p${count()}`, duplicated: 0, reordered: 0, duplicated_across_producers: 0 }]);
});
