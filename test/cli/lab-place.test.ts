import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drill } from './drill.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-place-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('the map of the lab has its three stores, each with drills, and makes nothing', async () => {
  const { code, out } = await drill(['map', '--json'], { DRILL_HOME: home });
  expect(code).toBe(0);
  const stores = JSON.parse(out) as { name: string; rule: { spare: number } | null; drills: { last: unknown }[] }[];
  expect(stores.map(({ name }) => name).sort()).toEqual(['lab/aurora', 'lab/etcd', 'lab/msk']);
  for (const { rule, drills } of stores) {
    expect(rule?.spare).toBeGreaterThan(0);
    expect(drills.length).toBeGreaterThan(5);
    expect(drills.filter(({ last }) => last !== null)).toEqual([]);
  }
  expect(await readdir(home)).toEqual([]);
});

test('nothing runs: status says so, and there is nothing to stop', async () => {
  const env = { DRILL_HOME: home };
  const [status, stop] = [await drill(['status'], env), await drill(['stop', '--all'], env)];
  expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/^no run is under way\nstores\n {2}lab\/aurora +free\n/) });
  expect({ code: stop.code, out: stop.out }).toEqual({ code: 3, out: 'no run is under way\n' });
});
