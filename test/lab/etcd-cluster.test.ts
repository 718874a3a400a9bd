import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../lab/etcd/certificates.ts';
import type { EtcdCluster } from '../../lab/etcd/cluster.ts';
import { readCredentials } from '../../lab/etcd/gateway.ts';
import { get, put, statusOf } from '../../lab/etcd/members.ts';
import { processesIn } from '../../lab/process.ts';
import { until } from './a-cluster.ts';
import { startedEtcd } from './etcd-started.ts';

const healthy = async (cluster: EtcdCluster): Promise<string[]> =>
  (await cluster.observe()).members.filter((member) => member.healthy).map(({ name }) => name);
const what = (cluster: EtcdCluster): string[] => cluster.events.map((event) => event.what);
const names = (cluster: EtcdCluster): string[] => cluster.members.map(({ name }) => name);
const leaderOf = async (cluster: EtcdCluster): Promise<string> => (await cluster.observe()).leader ?? '';

describe('three voters', () => {
  let cluster: EtcdCluster;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ cluster, stop } = await startedEtcd());
  });
  beforeEach(async () => {
    await cluster.restore();
    cluster.events.length = 0;
  });
  afterAll(() => stop());

  test('come up healthy in three zones under one leader, as they themselves tell', async () => {
    const topology = await cluster.observe();
    expect(topology.members).toEqual([
      { name: 'etcd-1', zone: 'a', role: 'voter', healthy: true },
      { name: 'etcd-2', zone: 'b', role: 'voter', healthy: true },
      { name: 'etcd-3', zone: 'c', role: 'voter', healthy: true },
    ]);
    expect(topology).toMatchObject({ store: 'etcd', heartbeat_ms: 100, election_timeout_ms: 1000 });
    expect(names(cluster)).toContain(topology.leader);
    expect(topology.cluster_id).toMatch(/^[0-9a-f]{1,16}$/);
    expect(topology.db_bytes).toBeGreaterThan(0);
    expect(topology.term).toBeGreaterThan(0);
  });

  test('count revisions with every write', async () => {
    const { revision } = await cluster.observe();
    const [first] = cluster.members;
    expect(await put(cluster.door(first!), 'one', 'more', 1_000)).toBe(revision + 1);
    await until(async () => (await cluster.observe()).revision === revision + 1);
    expect(await get(cluster.door(first!), 'one', false, 1_000)).toBe('more');
  });

  test('lost two: writes and linearizable reads stop, the survivor alone still answers, nothing tells a leader', async () => {
    const leader = await leaderOf(cluster);
    const follower = names(cluster).find((name) => name !== leader) ?? '';
    const survivor = cluster.members.find(({ name }) => name !== leader && name !== follower)!;
    await put(cluster.door(survivor), 'kept', 'value', 1_000);
    await until(async () => (await get(cluster.door(survivor), 'kept', true, 1_000)) === 'value');
    await cluster.lose([leader, follower]);
    await until(async () => (await cluster.observe()).leader === null);
    expect(await healthy(cluster)).toEqual([]);
    expect(await get(cluster.door(survivor), 'kept', true, 1_000)).toBe('value');
    await expect(get(cluster.door(survivor), 'kept', false, 2_000)).rejects.toThrow();
    await expect(put(cluster.door(survivor), 'never', 'value', 2_000)).rejects.toThrow();
    await cluster.restore();
    expect(await healthy(cluster)).toEqual(names(cluster));
    expect(await get(cluster.door(survivor), 'kept', false, 1_000)).toBe('value');
  });

  test('keep ports and data through restarts', async () => {
    const [first] = cluster.members;
    await put(cluster.door(first!), 'before', 'restart', 1_000);
    const before = await statusOf(cluster.door(first!), 1_000);
    await cluster.stopMember('etcd-1');
    expect(what(cluster)).toEqual(expect.arrayContaining(['member-stopping', 'member-lost']));
    await cluster.bring(['etcd-1']);
    expect(await statusOf(cluster.door(first!), 1_000)).toMatchObject({ member_id: before.member_id, cluster_id: before.cluster_id });
    expect(await get(cluster.door(first!), 'before', true, 1_000)).toBe('restart');
  });

  test('one whose data are destroyed comes back as a new member with all data', async () => {
    const [first] = cluster.members;
    await put(cluster.door(first!), 'copied', 'again', 1_000);
    const { cluster_id } = await cluster.observe();
    const { member_id } = await statusOf(cluster.door(first!), 1_000);
    await cluster.destroy(['etcd-1']);
    await cluster.restore();
    const after = await statusOf(cluster.door(first!), 1_000);
    expect(after.cluster_id).toBe(cluster_id);
    expect(after.member_id).not.toBe(member_id);
    expect(await get(cluster.door(first!), 'copied', true, 1_000)).toBe('again');
    expect(await healthy(cluster)).toEqual(names(cluster));
  });

  test('all down and one without data: the others come first, and it joins them', async () => {
    const [first] = cluster.members;
    await put(cluster.door(first!), 'kept by two', 'value', 1_000);
    const { cluster_id } = await cluster.observe();
    await cluster.lose(names(cluster));
    await cluster.destroy(['etcd-1']);
    await cluster.restore();
    expect((await cluster.observe()).cluster_id).toBe(cluster_id);
    expect(await get(cluster.door(first!), 'kept by two', true, 1_000)).toBe('value');
    expect(await healthy(cluster)).toEqual(names(cluster));
  });

  test('all without data begin anew, empty, as another cluster', async () => {
    const { cluster_id } = await cluster.observe();
    await cluster.destroy(names(cluster));
    await expect(cluster.observe()).rejects.toThrow('none of 3 members answers');
    await cluster.restore();
    expect(await healthy(cluster)).toEqual(names(cluster));
    expect(await cluster.observe()).toMatchObject({ revision: 1 });
    expect((await cluster.observe()).cluster_id).not.toBe(cluster_id);
  });

  test('tell every new leader once, in rising terms', async () => {
    const old = await leaderOf(cluster);
    const { term } = await cluster.observe();
    await cluster.lose([old]);
    await until(() => what(cluster).includes('leader-elected'));
    await cluster.restore();
    const elected = cluster.events.filter((event) => event.what === 'leader-elected');
    expect(elected[0]?.who).not.toBe(old);
    const terms = elected.map(({ text }) => Number(/in term (\d+)/.exec(text)?.[1]));
    expect(terms).toEqual([...new Set(terms)].sort((a, b) => a - b));
    expect(terms[0]).toBeGreaterThan(term);
    expect(await leaderOf(cluster)).toBe(elected.at(-1)?.who);
  });

  test('are left alone by restoring when they are steady', async () => {
    const before = cluster.processes();
    await cluster.restore();
    expect(cluster.processes()).toEqual(before);
    expect(what(cluster)).toEqual([]);
  });

  test('leave no process, no folder and no journal when they stop; the logs stay', async () => {
    const { folder, journal, plan } = cluster;
    await cluster.stop();
    expect(await processesIn(folder)).toEqual([]);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(access(journal.path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(join(plan.logs, 'etcd-1.log'), 'utf8')).toContain('etcd-1');
  });
});

describe('other shapes', () => {
  test('four voters need three: two lost stop it', async () => {
    const { cluster, stop } = await startedEtcd({ voters: 4 });
    try {
      const [a = '', b = '', c = ''] = names(cluster).slice(1);
      await cluster.lose([a]);
      await until(async () => (await healthy(cluster)).length === 3);
      await put(cluster.door(cluster.member(c)), 'three', 'of four', 2_000);
      await cluster.lose([b]);
      await until(async () => (await cluster.observe()).leader === null);
      await expect(put(cluster.door(cluster.member(c)), 'two', 'of four', 2_000)).rejects.toThrow();
      await cluster.bring([a]);
      await put(cluster.door(cluster.member(c)), 'three', 'again', 2_000);
    } finally {
      await stop();
    }
  });

  test('a learner follows and does not vote: of three voters one may go, and the learner is no second', async () => {
    const { cluster, stop } = await startedEtcd({ learners: 1 });
    try {
      expect((await cluster.observe()).members.at(-1)).toEqual({ name: 'etcd-4', zone: 'a', role: 'learner', healthy: true });
      const [first] = cluster.voters;
      await put(cluster.door(first!), 'learned', 'too', 1_000);
      await until(async () => (await get(cluster.door(cluster.member('etcd-4')), 'learned', true, 1_000).catch(() => null)) === 'too');
      await cluster.lose(['etcd-2', 'etcd-3']);
      await until(async () => (await cluster.observe()).leader === null);
      await expect(put(cluster.door(first!), 'learner', 'voted', 2_000)).rejects.toThrow();
    } finally {
      await stop();
    }
  });

  test('a leader whose link is cut is unheard and replaced, and follows once it is healed', async () => {
    const { cluster, stop } = await startedEtcd({ links: true });
    try {
      const old = await leaderOf(cluster);
      cluster.peers.link(old).cut();
      await until(async () => ![old, ''].includes(await leaderOf(cluster)));
      await cluster.restore();
      expect(await healthy(cluster)).toEqual(names(cluster));
    } finally {
      await stop();
    }
  });
});

test('mutual TLS: only who shows a certificate of the cluster is served, and only to who trusts its authority', async () => {
  const { cluster, stop } = await startedEtcd({ tls: true });
  try {
    expect(await healthy(cluster)).toEqual(names(cluster));
    const [first] = cluster.members;
    const { url, credentials } = cluster.door(first!);
    expect(url).toMatch(/^https:/);
    await put({ url, credentials }, 'secret', 'kept', 1_000);
    const other = await makeCertificates(join(cluster.folder, 'others'));
    const stranger = await readCredentials({ ca: other.ca, ...other.client });
    await expect(get({ url, credentials: stranger }, 'secret', true, 1_000)).rejects.toThrow(/certificate/);
    const wrongClient = { ...stranger, ca: credentials?.ca ?? '' };
    await expect(get({ url, credentials: wrongClient }, 'secret', true, 1_000)).rejects.toThrow();
    await expect(get({ url, credentials: { ca: credentials?.ca ?? '', cert: '', key: '' } }, 'secret', true, 1_000)).rejects.toThrow();
    expect(await get({ url, credentials }, 'secret', true, 1_000)).toBe('kept');
  } finally {
    await stop();
  }
});
