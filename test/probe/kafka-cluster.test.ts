import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import { Cluster } from '../../probe/kafka/cluster.ts';
import { FakeBrokers } from './fake-brokers.ts';

const clock = monotonicClock(epochOffset());
const clusters: Cluster[] = [];
afterEach(() => {
  for (const cluster of clusters.splice(0)) cluster.close();
});

function scene(bootstrap = [1, 2]) {
  const brokers = new FakeBrokers();
  const cluster = new Cluster({ bootstrap: bootstrap.map((port) => ({ host: 'fake', port })), topic: 't', clock, open: brokers.open });
  clusters.push(cluster);
  return { brokers, cluster };
}

test('it shows leaders and ISR, and every change with its time', async () => {
  const { brokers, cluster } = scene();
  expect(cluster.view()).toEqual({ seen_at: null, partitions: [], sights: [] });
  expect(cluster.leader(0)).toBeUndefined();
  await cluster.refresh();
  brokers.isr = [1, 3];
  await cluster.refresh();
  await cluster.refresh();
  brokers.moveTo(null);
  await cluster.refresh();
  const { seen_at, partitions, sights } = cluster.view();
  expect(partitions).toEqual([{ partition: 0, leader: null, leader_epoch: 1, replicas: [1, 2, 3], isr: [1, 3] }]);
  expect(sights.map(({ leader, isr }) => [leader, isr])).toEqual([
    [1, [1, 2, 3]],
    [1, [1, 3]],
    [null, [1, 3]],
  ]);
  expect(sights.map(({ at }) => at)).toEqual(sights.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(seen_at).toBe(sights.at(-1)?.at);
  expect(cluster.leader(0)).toBeNull();
});

test('a broker that is behind does not bring back a leader that is gone', async () => {
  const { brokers, cluster } = scene();
  brokers.epoch = 4;
  await cluster.refresh();
  brokers.leader = 2;
  brokers.epoch = 3;
  await cluster.refresh();
  expect(cluster.leader(0)).toEqual({ host: 'fake', port: 1, id: 1, epoch: 4 });
  expect(cluster.view().sights).toHaveLength(1);
});

test.each(['refuses', 'silent'] as const)('a first broker that %s does not blind it, and is not asked first again', async (mood) => {
  const { brokers, cluster } = scene();
  brokers.moods.set(1, mood);
  await cluster.refresh();
  expect(cluster.leader(0)).toMatchObject({ id: 1 });
  brokers.asked = [];
  await cluster.refresh();
  expect(brokers.asked).toEqual([2]);
});

test('a broker that does not know the topic yet is no fresh view: the next one is asked', async () => {
  const { brokers, cluster } = scene();
  brokers.ignorant.add(1);
  await cluster.refresh();
  expect(cluster.leader(0)).toMatchObject({ id: 1 });
  brokers.ignorant = new Set([1, 2, 3]);
  const { seen_at } = cluster.view();
  await sleep(5);
  await cluster.refresh();
  expect(cluster.view().seen_at).toBe(seen_at);
});

test('with all of those to begin with gone it asks the others that it has learned of', async () => {
  const { brokers, cluster } = scene([1]);
  await cluster.refresh();
  brokers.moods.set(1, 'refuses');
  brokers.reset(1);
  brokers.moveTo(2);
  await cluster.refresh();
  expect(cluster.leader(0)).toMatchObject({ id: 2 });
});

test('with nobody to ask a refresh ends, and what was known stays', async () => {
  const { brokers, cluster } = scene();
  await cluster.refresh();
  const before = cluster.view();
  for (const broker of [1, 2, 3]) {
    brokers.moods.set(broker, 'refuses');
    brokers.reset(broker);
  }
  await cluster.refresh();
  expect(cluster.view()).toEqual(before);
});

test('however many ask, refreshes are few, and each caller gets one that was begun after it asked', async () => {
  const { brokers, cluster } = scene();
  await cluster.refresh();
  brokers.asked = [];
  const asked_at: number[] = [];
  const begun: Promise<number>[] = [];
  for (let i = 0; i < 100; i += 1) {
    asked_at.push(clock.now());
    begun.push(cluster.refresh());
    if (i % 10 === 0) await sleep(1);
  }
  for (const [i, at] of (await Promise.all(begun)).entries()) expect(at).toBeGreaterThanOrEqual(asked_at[i] ?? 0);
  expect(brokers.asked.length).toBeLessThanOrEqual(8);
});
