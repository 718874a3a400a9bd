import { expect, test } from 'vitest';
import { drills, gameDay } from '../../drills/index.ts';
import { drill } from './drill.ts';

test('every drill with its store, and the default game day marked', async () => {
  const { code, out } = await drill(['list']);
  expect(code).toBe(0);
  const lines = out.split('\n').slice(0, drills.length);
  expect(lines.map((line) => line.slice(2).split(/\s+/).slice(0, 2))).toEqual(drills.map(({ name, store }) => [name, store]));
  expect(lines.filter((line) => line.startsWith('*')).map((line) => line.split(/\s+/)[1])).toEqual(
    drills.map(({ name }) => name).filter((name) => gameDay.includes(name)),
  );
  expect(gameDay).toEqual(['msk-broker-loss', 'aurora-failover', 'etcd-snapshot-restore']);
});

test.each(['aurora', 'msk'])('--store %s lists its drills alone', async (store) => {
  const wanted = drills.filter((each) => each.store === store).map(({ name }) => name);
  const [text, json] = await Promise.all([drill(['list', '--store', store]), drill(['list', '--store', store, '--json'])]);
  expect([text.code, json.code]).toEqual([0, 0]);
  const listed = text.out.split('\n').flatMap((line) => /^[* ] ([a-z]+-[a-z0-9-]+) /.exec(line)?.[1] ?? []);
  expect(listed).toEqual(wanted);
  expect((JSON.parse(json.out) as { name: string }[]).map(({ name }) => name)).toEqual(wanted);
});

test('a store that is none is usage', async () => {
  const { code, out, err } = await drill(['list', '--store', 'mongo']);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toMatch(/mongo.*aurora, msk/);
});
