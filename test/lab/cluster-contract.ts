import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ObservedTopology } from '../../core/topology.ts';
import type { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { processesIn } from '../../lab/process.ts';
import { until } from './a-cluster.ts';
import { ask, connect, lost, NumberedWriter, numbers } from './numbered-writer.ts';

/** What every six-copy cluster of the lab must do; one cluster serves all tests and is brought back to steady state between them. */
export function clusterContract(make: () => Promise<{ cluster: PostgresCluster; stop(): Promise<void> }>): void {
  let cluster: PostgresCluster;
  let stop: () => Promise<void>;
  let from = 0;
  beforeAll(async () => {
    ({ cluster, stop } = await make());
  });
  beforeEach(async () => {
    await cluster.restore();
    cluster.events.length = 0;
    from += 1_000_000;
  });
  afterAll(() => stop());

  const others = (): string[] => cluster.copies.map(({ name }) => name).filter((name) => name !== cluster.writer.name);
  const healthy = (topology: ObservedTopology): string[] => topology.members.filter((member) => member.healthy).map(({ name }) => name);
  const seen = (): string[] => cluster.events.map(({ what }) => what);

  test('comes up as six healthy copies in three zones with one writer and a quorum of four', async () => {
    const topology = await cluster.observe();
    expect(topology.members.map(({ name, zone }) => `${name} ${zone}`)).toEqual([
      'pg-1 a',
      'pg-2 b',
      'pg-3 c',
      'pg-4 a',
      'pg-5 b',
      'pg-6 c',
    ]);
    expect(healthy(topology)).toHaveLength(6);
    expect(topology.members.filter(({ role }) => role === 'writer').map(({ name }) => name)).toEqual([cluster.writer.name]);
    expect(topology).toMatchObject({ write_quorum: 4, read_quorum: 3, commit: { mode: 'quorum', standbys: 3, of: others() } });
  });

  test('asks every client for a password, and writes it into no log', async () => {
    const password = new URL(cluster.writerUrl).password;
    await expect(ask(cluster.writerUrl.replace(password, 'wrong'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const logs = await Promise.all(cluster.copies.map(({ name }) => readFile(join(cluster.plan.logs, `${name}.log`), 'utf8')));
    expect(logs.filter((log) => log.length > 0)).toHaveLength(6);
    expect(logs.filter((log) => log.includes(password))).toEqual([]);
  });

  test('replaces a killed writer by a copy that holds every acknowledged write', async () => {
    const old = cluster.writer.name;
    const writer = new NumberedWriter(cluster.writerUrl, from);
    await writer.more(200);
    await cluster.lose([old]);
    await writer.more(200);
    const acked = await writer.stop();
    expect(await lost(cluster.writerUrl, acked)).toEqual([]);
    expect(cluster.writer.name).not.toBe(old);
    expect(seen()).toEqual(['member-lost', 'writer-suspected', 'writer-detached', 'writer-promoted', 'endpoint-moved']);
    const [{ timeline } = { timeline: '' }] = await ask<{ timeline: string }>(
      cluster.writerUrl,
      'select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline',
    );
    expect(Number.parseInt(timeline, 16)).toBeGreaterThan(1);
    await cluster.restore();
    expect(healthy(await cluster.observe())).toHaveLength(6);
    expect(cluster.copy(old)).toMatchObject({ diverged: false });
    expect(seen()).toContain('writer-rejoined');
  });

  test('writes with four of six, blocks with three and still reads, and goes on when one returns', async () => {
    const [a = '', b = '', c = ''] = others();
    await cluster.lose([a, b]);
    const four = new NumberedWriter(cluster.writerUrl, from);
    await four.more(50);
    await four.stop();
    await cluster.lose([c]);
    const client = await connect(cluster.writerUrl);
    let answered = false;
    const pending = client.query('insert into numbers values ($1)', [from + 999_999]).then(() => {
      answered = true;
    });
    for (let reads = 0; reads < 50; reads += 1) await ask(cluster.writerUrl, 'select count(*) from numbers');
    expect(answered).toBe(false);
    expect(healthy(await cluster.observe())).toHaveLength(3);
    await cluster.bring(a);
    await pending;
    await client.end();
    expect(seen()).toEqual(['member-lost', 'member-lost', 'member-lost', 'member-back']);
  });

  test('does not promote when it sees too few copies to know every acknowledged write', async () => {
    const old = cluster.writer.name;
    const writer = new NumberedWriter(cluster.writerUrl, from);
    await writer.more(50);
    const acked = await writer.stop();
    await cluster.lose([old, ...others().slice(0, 3)]);
    await until(() => cluster.events.some(({ text }) => text.includes('2 of 6 copies seen and detached, 3 needed')));
    expect(cluster.writer.name).toBe(old);
    await cluster.restore();
    expect(cluster.writer.name).toBe(old);
    expect(await lost(cluster.writerUrl, acked)).toEqual([]);
  });

  test('an isolated writer acknowledges nothing sent after the cut, and all before is on the new one', async () => {
    const old = cluster.writer.name;
    const writer = new NumberedWriter(cluster.writerUrl, from);
    await writer.more(100);
    cluster.network.isolate(old);
    const alone = new NumberedWriter(cluster.directUrl(old), from + 500_000);
    await writer.more(100);
    const acked = await writer.stop();
    expect(await alone.stop()).toEqual([]);
    expect(await lost(cluster.writerUrl, acked)).toEqual([]);
    expect((await cluster.observe()).members.filter(({ role }) => role === 'writer')).toHaveLength(2);
    expect(healthy(await cluster.observe())).toHaveLength(5);
    await cluster.restore();
    expect((await cluster.observe()).members.filter(({ role }) => role === 'writer').map(({ name }) => name)).toEqual([
      cluster.writer.name,
    ]);
    expect([...(await numbers(cluster.directUrl(old)))].filter((n) => n >= from + 500_000)).toEqual([]);
  });

  test('replaces a frozen writer, which thawed acknowledges nothing', async () => {
    const { name, server } = cluster.writer;
    const writer = new NumberedWriter(cluster.writerUrl, from);
    await writer.more(50);
    await server.freeze();
    await writer.more(50);
    await server.thaw();
    const alone = new NumberedWriter(cluster.directUrl(name), from + 500_000);
    await writer.more(100);
    expect(await alone.stop()).toEqual([]);
    expect(await lost(cluster.writerUrl, await writer.stop())).toEqual([]);
  });

  test('hands over without losing a write, and the old writer follows on its own data', async () => {
    const old = cluster.writer.name;
    const writer = new NumberedWriter(cluster.writerUrl, from);
    await writer.more(100);
    await cluster.handover();
    await writer.more(100);
    expect(await lost(cluster.writerUrl, await writer.stop())).toEqual([]);
    expect(cluster.writer.name).not.toBe(old);
    expect(healthy(await cluster.observe())).toHaveLength(6);
    expect(seen()).toEqual(['writer-promoted', 'endpoint-moved', 'writer-rejoined']);
  });

  test('is left alone by restoring when it is steady', async () => {
    const before = cluster.processes();
    await cluster.restore();
    expect(cluster.processes()).toEqual(before);
    expect(seen()).toEqual([]);
  });

  test('leaves no process, no folder and no journal when it stops', async () => {
    const { folder, journal } = cluster;
    await stop();
    expect(await processesIn(folder)).toEqual([]);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(access(journal.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
}
