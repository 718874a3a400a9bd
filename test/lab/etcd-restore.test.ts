import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EtcdRig } from '../../core/drill.ts';
import { inflict } from '../../lab/etcd/actions.ts';
import { makeCertificates } from '../../lab/etcd/certificates.ts';
import type { EtcdCluster } from '../../lab/etcd/cluster.ts';
import { get, put } from '../../lab/etcd/members.ts';
import { Procedure, Refused, Unrestorable } from '../../lab/etcd/procedure.ts';
import { initialCluster } from '../../lab/etcd/settings.ts';
import { startedEtcd } from './etcd-started.ts';

let cluster: EtcdCluster;
let stop: () => Promise<void>;
const never = new AbortController().signal;
const names = (): string[] => cluster.members.map(({ name }) => name);
const door = (i = 0) => cluster.door(cluster.members[i]!);
const restored = (rig: EtcdRig, victims = names(), write_s = 0) =>
  inflict(cluster, { kind: 'snapshot-restore', write_s }, rig, victims, never);

/** Writes until a write fails; answers with how many were acknowledged. */
async function writeUntilLost(prefix: string): Promise<number> {
  for (let n = 0; ; n += 1) {
    const acked = await put(door(), `${prefix}${n}`, 'x'.repeat(100), 1_000).then(
      () => true,
      () => false,
    );
    if (!acked) return n;
  }
}

beforeAll(async () => {
  ({ cluster, stop } = await startedEtcd({ learners: 1 }));
  for (let n = 0; n < 300; n += 1) await put(door(), `key${n % 200}`, `value ${n}`, 2_000);
});
beforeEach(async () => {
  await cluster.restore();
  cluster.events.length = 0;
  cluster.restored = null;
});
afterAll(() => stop());

describe('a snapshot that restores', () => {
  test('brings every key of it back on all members alike, as another cluster, and nothing after it', async () => {
    const { cluster_id } = await cluster.observe();
    const [, acked] = await Promise.all([restored({}, names(), 1), writeUntilLost('after')]);
    expect(acked).toBeGreaterThan(0);
    const result = cluster.restored;
    if (!result) throw new Error('nothing restored');
    const { snapshot, revision, hashes } = result;
    expect(result).toMatchObject({ refused: null, keys_missing: 0, cluster_id: { before: cluster_id } });
    expect(snapshot).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(snapshot.keys).toBeGreaterThanOrEqual(200);
    expect(hashes.map(({ member }) => member)).toEqual(['etcd-1', 'etcd-2', 'etcd-3']);
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1);
    expect(revision.seen).toBeGreaterThan(snapshot.revision);
    expect(revision.after).toBe(snapshot.revision);
    expect(result.cluster_id.after).toBe((await cluster.observe()).cluster_id);
    expect(result.cluster_id.after).not.toBe(cluster_id);
    const times = [snapshot.saved_at, result.started_at, result.first_write_at, result.ended_at].map(Number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(await get(door(), 'key7', false, 1_000)).toBe('value 207');
    expect(await get(door(), `after${acked - 1}`, false, 1_000)).toBeNull();
    expect((await cluster.observe()).members.map(({ role, healthy }) => [role, healthy])).toEqual([
      ['voter', true],
      ['voter', true],
      ['voter', true],
      ['learner', true],
    ]);
    const seen = cluster.events.map(({ what }) => what).filter((what) => what !== 'leader-elected');
    const each = (what: string): string[] => names().map(() => what);
    expect(seen).toEqual(['fault-started', ...each('member-lost'), 'fault-confirmed', 'fault-ended', ...each('member-back')]);
  });

  test('leaves nothing in the clear, no snapshot, and no key or value in any log', async () => {
    await restored({});
    const { folder } = cluster;
    await expect(readFile(join(folder, 'restore', 'snapshot.sealed'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(join(folder, 'restore', 'work', 'snapshot.db'))).rejects.toMatchObject({ code: 'ENOENT' });
    const logs = await Promise.all(names().map((name) => readFile(join(cluster.plan.logs, `${name}.log`), 'utf8')));
    expect(logs.filter((log) => log.includes('value 207'))).toEqual([]);
  });
});

describe('a damaged snapshot is refused, by its hash, before anything live is touched (must-fail twins)', () => {
  test.for([
    ['flip-a-byte', /expected sha256/],
    ['truncate', /missing hash|expected sha256|crashed/],
  ] as const)('%s', async ([damage_snapshot, said]) => {
    const before = cluster.processes();
    const topology = await cluster.observe();
    await expect(restored({ damage_snapshot })).rejects.toThrow(said);
    const result = cluster.restored;
    expect(result).toMatchObject({ started_at: null, first_write_at: null, hashes: [], keys_missing: null, cluster_id: { after: null } });
    expect(result?.refused).toContain(`sha256 ${result?.snapshot.sha256}`);
    expect(cluster.processes()).toEqual(before);
    expect(cluster.events).toEqual([]);
    expect((await cluster.observe()).cluster_id).toBe(topology.cluster_id);
  });
});

test('half of the members are not restored beside the other half', async () => {
  const before = cluster.processes();
  await expect(restored({}, names().slice(0, 2))).rejects.toThrow('every member, and etcd-3, etcd-4 would stay');
  expect(cluster.processes()).toEqual(before);
});

describe('the procedure alone, on real snapshots', () => {
  let procedure: Procedure;
  let folder: string;
  const prepared = (env = {}) => Procedure.prepare(folder, cluster.parts.engine, cluster.parts.certificates, env);
  const place = () => ({ name: 'scratch-1', client_url: '', peer_url: 'http://127.0.0.1:9', listen_peer_url: '' });
  const scratch = (data = join(folder, 'data'), token = 'once') => procedure.restore(place(), data, initialCluster([place()]), token);

  beforeEach(async () => {
    folder = join(cluster.folder, 'procedure');
    procedure = await prepared();
    await procedure.save(door().url);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('a flipped byte of what was sealed is told by its own hash', async () => {
    const path = join(folder, 'snapshot.sealed');
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    await writeFile(path, bytes);
    await expect(procedure.verify()).rejects.toThrow(/^sha256 of the sealed snapshot is [0-9a-f]{64}, saved as [0-9a-f]{64}$/);
  });

  test('what is sealed holds no key in the clear, and opens with no other key', async () => {
    const sealed = await readFile(join(folder, 'snapshot.sealed'), 'latin1');
    expect(sealed).not.toContain('key7');
    await writeFile(join(folder, 'key'), 'another\n');
    await expect(procedure.verify()).rejects.toThrow(/does not open with the key|^sha256 of the snapshot is/);
  });

  test('a token is used once for a member', async () => {
    await scratch();
    await expect(scratch(join(folder, 'again'))).rejects.toThrow('token once was used for scratch-1 before');
    await scratch(join(folder, 'again'), 'twice');
  });

  test('data that a running member holds are not replaced, in place or not', async () => {
    const { data } = cluster.members[0]!.server;
    await expect(scratch(data)).rejects.toThrow(/a running member holds .*stop it first/);
    expect(cluster.members[0]!.server.process).not.toBeNull();
  });

  test('replaced data stay beside the new ones', async () => {
    const data = join(folder, 'data');
    await scratch();
    await writeFile(join(data, 'mine'), 'old');
    await scratch(data, 'twice');
    expect(await readFile(join(`${data}.before-twice`, 'mine'), 'utf8')).toBe('old');
  });

  test('a fingerprint is the same on every member, and another with one more key or another value', async () => {
    const { revision } = await cluster.observe();
    const of = (i: number, at: number) => procedure.fingerprint(door(i).url, at);
    const first = await of(0, revision);
    expect(await of(1, revision)).toEqual(first);
    const second = await put(door(), 'key7', 'another value', 1_000);
    expect(await of(0, second)).toEqual({ keys: first.keys, sha256: expect.not.stringContaining(first.sha256) });
    const third = await put(door(), 'one key more', 'value', 1_000);
    expect((await of(0, third)).keys).toBe(first.keys + 1);
    expect(await of(0, revision)).toEqual(first);
  });

  test('too little disk is told before anything is written', async () => {
    procedure = await prepared({ FREE_BYTES: '1000' });
    const refused = await procedure.verify().catch((error: unknown) => error);
    expect(refused).toMatchObject({ message: expect.stringMatching(/not enough disk in .*: 1000 bytes free, \d+ needed/) });
    expect(refused).not.toBeInstanceOf(Unrestorable);
    await expect(procedure.save(door().url)).rejects.toBeInstanceOf(Refused);
  });

  test('a member that does not answer is refused, not an internal error', async () => {
    await expect(procedure.save('http://127.0.0.1:9')).rejects.toThrow(/^http:\/\/127.0.0.1:9 does not answer/);
    procedure = await prepared({ WITHIN_S: '0' });
    await expect(procedure.health('http://127.0.0.1:9')).rejects.toThrow(/is not healthy within 0 s/);
    await expect(procedure.fingerprint('http://127.0.0.1:9', 1)).rejects.toBeInstanceOf(Refused);
  });
});

test('with mutual TLS the cluster is restored too, and a strange certificate gets no snapshot', async () => {
  const secure = await startedEtcd({ tls: true });
  try {
    const mine = secure.cluster;
    const first = mine.door(mine.members[0]!);
    await put(first, 'secret', 'kept', 1_000);
    const folder = join(mine.folder, 'strange');
    const stranger = await Procedure.prepare(folder, mine.parts.engine, await makeCertificates(join(folder, 'certificates')));
    await expect(stranger.save(first.url)).rejects.toThrow(/does not answer/);
    const victims = mine.members.map(({ name }) => name);
    await inflict(mine, { kind: 'snapshot-restore', write_s: 0 }, {}, victims, never);
    expect(mine.restored).toMatchObject({ refused: null, keys_missing: 0 });
    expect(await get(first, 'secret', false, 1_000)).toBe('kept');
  } finally {
    await secure.stop();
  }
});
