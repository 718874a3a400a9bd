import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../lab/etcd/gateway.ts';
import type { Driver } from '../../probe/contract.ts';
import { put } from '../../probe/etcd/keys.ts';
import { etcdDriver } from '../../probe/etcd.ts';
import { AnEtcd } from './an-etcd.ts';

let etcd: AnEtcd;

beforeAll(async () => {
  etcd = await AnEtcd.start('probe-readback', { voters: 3 });
});

afterAll(() => etcd.stop());

const driverOf = (run: string): Promise<Driver> => etcdDriver(run, { name: 'etcd' }, etcd.clock);

/** Writes these numbers to one lane, one after the other. */
async function write(run: string, lane: string, numbers: number[]): Promise<void> {
  const target = { name: 'writes', kind: 'service' as const, url: etcd.url(), rate_hz: 1, connections: 1 };
  const opened = (await driverOf(run)).open(lane, target, 20_000);
  for (const n of numbers) expect(await opened.attempt(n, 0)).toMatchObject({ outcome: 'ok' });
  await opened.close();
}

/** As many at a time as etcd takes in one transaction. */
async function writeMany(run: string, lane: string, numbers: number[]): Promise<void> {
  const { url, credentials } = etcd.cluster.door(etcd.cluster.member('etcd-2'));
  for (let from = 0; from < numbers.length; from += 128) {
    const success = numbers.slice(from, from + 128).map((n) => ({ request_put: put(run, lane, n, 0).body }));
    await ask(url, '/v3/kv/txn', { success }, 5000, credentials);
  }
}

test('what is there, missing and out of order, lane by lane; numbers past the lane are left out', async () => {
  await write('a', 'writes#1', [0, 1, 2, 5, 4, 6]);
  await write('a', 'writes#2', [0, 1, 7]);
  await write('a', 'writes#11', [3]);
  await write('ab', 'writes#1', [3, 7]);
  const found = await (await driverOf('a')).readback(etcd.url(), 'a', [
    { lane: 'writes#2', count: 2 },
    { lane: 'writes#1', count: 9 },
    { lane: 'writes#3', count: 3 },
    { lane: 'writes#4', count: 0 },
  ]);
  expect(found).toEqual([
    { lane: 'writes#2', present: 'p2', duplicated: 0, reordered: 0 },
    { lane: 'writes#1', present: 'p3 m1 p3 m2', duplicated: 0, reordered: 1 },
    { lane: 'writes#3', present: 'm3', duplicated: 0, reordered: 0 },
    { lane: 'writes#4', present: '', duplicated: 0, reordered: 0 },
  ]);
});

test('each number that a higher one overtook is counted once, also across pages', async () => {
  await write('b', 'writes#1', [1, 2, 3, 0]);
  await write('b', 'writes#2', [3, 0, 1, 2]);
  await write('b', 'writes#3', [5001, 4999, 5000]);
  const found = await (await driverOf('b')).readback(etcd.url(), 'b', [
    { lane: 'writes#1', count: 4 },
    { lane: 'writes#2', count: 4 },
    { lane: 'writes#3', count: 5002 },
  ]);
  expect(found).toMatchObject([
    { present: 'p4', reordered: 1 },
    { present: 'p4', reordered: 3 },
    { present: 'm4999 p3', reordered: 2 },
  ]);
});

test('many pages come back whole, from a member that is there', async () => {
  const numbers = Array.from({ length: 12_000 }, (_, n) => n).filter((n) => n !== 5000 && n !== 9999);
  await writeMany('long', 'writes#1', numbers);
  await etcd.cluster.lose(['etcd-1']);
  const found = await (await driverOf('long')).readback(etcd.url(), 'long', [{ lane: 'writes#1', count: 12_001 }]);
  expect(found).toMatchObject([{ present: 'p5000 m1 p4998 m1 p2000 m1' }]);
});

test('a store that cannot be read throws instead of calling everything lost', async () => {
  await etcd.cluster.lose(['etcd-2', 'etcd-3']);
  const readback = (await driverOf('a')).readback(etcd.url(), 'a', [{ lane: 'writes#1', count: 9 }]);
  await expect(readback).rejects.toThrow(
    'no member could be read back from: etcd-1: ECONNREFUSED, etcd-2: ECONNREFUSED, etcd-3: ECONNREFUSED',
  );
});
