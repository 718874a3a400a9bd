import { expect, test } from 'vitest';
import { epochOffset, monotonicClock } from '../../probe/clock.ts';
import { readLanes } from '../../probe/kafka/readback.ts';
import { FakeBrokers } from './fake-brokers.ts';

const clock = monotonicClock(epochOffset());

const read = (brokers: FakeBrokers) =>
  readLanes({ bootstrap: [{ host: 'fake', port: 1 }], topic: 't', clock, open: brokers.open, leader_limit_ms: 50 }, 'run', [
    { lane: 'p0#1', count: 3 },
  ]);

test('an empty partition holds nothing of any lane', async () => {
  expect(await read(new FakeBrokers())).toEqual([{ lane: 'p0#1', present: 'm3', duplicated: 0, reordered: 0 }]);
});

test('a partition that stays without a leader is an error, not a loss', async () => {
  const brokers = new FakeBrokers();
  brokers.leader = null;
  await expect(read(brokers)).rejects.toThrow('partition 0 of topic t could not be read for 0.05 s: no leader');
});

test('a leader that refuses is an error, not a loss', async () => {
  const brokers = new FakeBrokers();
  brokers.moveTo(2);
  brokers.moods.set(2, 'refuses');
  await expect(read(brokers)).rejects.toThrow('ECONNREFUSED');
});

test('nobody to ask is an error, not a loss', async () => {
  const brokers = new FakeBrokers();
  brokers.moods.set(1, 'refuses');
  await expect(read(brokers)).rejects.toThrow('no broker of fake:1 tells the partitions of topic t');
});

test('a replica that is behind is waited for, and one that stays behind is an error, not a loss', async () => {
  const brokers = new FakeBrokers();
  brokers.isr = [1, 3];
  await expect(read(brokers)).rejects.toThrow('partition 0 of topic t has ISR {1,3} of {1,2,3}, not full in 0.05 s');
});
