import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask } from '../../lab/etcd/gateway.ts';
import { statusOf } from '../../lab/etcd/members.ts';
import { Link } from '../../lab/link.ts';
import { freePort } from '../../lab/ports.ts';
import type { Attempt } from '../../probe/contract.ts';
import { judge } from '../../probe/etcd/outcome.ts';
import { AnEtcd } from './an-etcd.ts';

let etcd: AnEtcd;

beforeAll(async () => {
  etcd = await AnEtcd.start('probe-outcomes', { voters: 3, learners: 1 });
});

afterEach(async () => {
  await etcd.closeLanes();
  await etcd.cluster.restore();
});

afterAll(() => etcd.stop());

test('ok: the key is there, with the member and its term', async () => {
  const { name, attempt } = await etcd.open(etcd.url('etcd-2'));
  const ended = await attempt(7);
  const { term } = await etcd.cluster.observe();
  expect(ended).toMatchObject({ outcome: 'ok', server: `etcd-2@${term}` });
  expect(await etcd.stored(name)).toEqual([7]);
});

test('ECONNREFUSED: failed', async () => {
  const { attempt } = await etcd.open(`gone=http://127.0.0.1:${await freePort()}`);
  expect(await attempt()).toMatchObject({ outcome: 'failed', code: 'ECONNREFUSED' });
});

test('a learner takes no write and no linearizable read: failed; it answers a serializable one', async () => {
  const url = etcd.url('etcd-4');
  const { name, attempt } = await etcd.open(url);
  const refused = { outcome: 'failed', code: 'rpc not supported for learner' };
  expect(await attempt()).toMatchObject(refused);
  expect(await (await etcd.open(url, { kind: 'read' })).attempt()).toMatchObject(refused);
  expect(await (await etcd.open(url, { kind: 'serializable' })).attempt()).toMatchObject({ outcome: 'ok' });
  expect(await etcd.stored(name)).toEqual([]);
});

test('below quorum: no leader, failed, and nothing of it is there afterwards; a serializable read is still answered', async () => {
  const [first = '', second = ''] = await etcd.followers();
  const url = etcd.url(first);
  await etcd.cluster.lose([await etcd.leader(), second]);
  await etcd.leaderless(first);
  const { name, attempt } = await etcd.open(url);
  for (const n of [0, 1, 2]) expect(await attempt(n)).toMatchObject({ outcome: 'failed', code: 'no leader' });
  expect(await (await etcd.open(url, { kind: 'read' })).attempt()).toMatchObject({ outcome: 'failed', code: 'no leader' });
  expect(await (await etcd.open(url, { kind: 'serializable' })).attempt()).toMatchObject({ outcome: 'ok' });
  await etcd.cluster.restore();
  expect(await attempt(3)).toMatchObject({ outcome: 'ok' });
  expect(await etcd.stored(name)).toEqual([3]);
});

test('a write that its leader took before it found itself alone: indeterminate, and there afterwards or not', async () => {
  const leader = await etcd.leader();
  const { name, attempt } = await etcd.open(etcd.url(leader), { timeout_ms: 20_000 });
  await attempt(0);
  await etcd.cluster.lose(await etcd.followers());
  const ended = await attempt(1);
  expect(ended).toMatchObject({ outcome: 'indeterminate', code: expect.stringMatching(/^request timed out/) });
  await etcd.cluster.restore();
  expect([[0], [0, 1]]).toContainEqual(await etcd.stored(name));
});

test('linearizable reads in the middle of an election: leader changed, indeterminate', async () => {
  const leader = await etcd.leader();
  const [follower = ''] = await etcd.followers();
  const { attempt } = await etcd.open(etcd.url(follower), { kind: 'read' });
  expect(await attempt()).toMatchObject({ outcome: 'ok' });
  const lost = etcd.cluster.lose([leader]);
  const reads = [];
  for (let n = 0; n < 20; n += 1) {
    reads.push(attempt(n));
    await etcd.clock.sleep(50);
  }
  const ended = (await Promise.all(reads)).map(({ outcome, code }) => code ?? outcome);
  expect(ended).toContain('leader changed');
  expect(judge('request', 'leader changed').outcome).toBe('indeterminate');
  await lost;
});

test('a leader that is handing over: raft proposal dropped, failed, and nothing of it is there afterwards', async () => {
  const leader = etcd.cluster.member(await etcd.leader());
  const [heir = ''] = await etcd.followers();
  const { member_id } = await statusOf(etcd.cluster.door(etcd.cluster.member(heir)), 1000);
  const { name, attempt } = await etcd.open(etcd.url(leader.name));
  expect(await attempt(0)).toMatchObject({ outcome: 'ok' });
  // An heir that stands still never takes over, and until then its leader refuses everything.
  await etcd.cluster.member(heir).server.freeze();
  const { url, credentials } = etcd.cluster.door(leader);
  const handed = ask(url, '/v3/maintenance/transfer-leadership', { targetID: BigInt(`0x${member_id}`).toString() }, 20_000, credentials);
  const over = handed.then(
    () => true,
    () => true,
  );
  const ended: Attempt[] = [];
  for (let n = 1; !ended.some(({ outcome }) => outcome === 'failed') && n < 200; n += 1) ended.push(await attempt(n));
  const [refused] = ended.flatMap((one, i) => (one.outcome === 'failed' ? [{ ...one, n: i + 1 }] : []));
  expect(refused).toMatchObject({ code: 'raft proposal dropped' });
  await etcd.cluster.restore();
  await over;
  expect(await etcd.stored(name)).not.toContain(refused?.n);
});

test('the leader is killed: the lane goes on through the others, and the term is a new one', async () => {
  const leader = await etcd.leader();
  const before = (await etcd.cluster.observe()).term;
  const { attempt } = await etcd.open(etcd.url(), { timeout_ms: 300 });
  expect(await attempt(0)).toMatchObject({ outcome: 'ok' });
  await etcd.cluster.lose([leader]);
  let n = 1;
  let ended = await attempt(n);
  while (ended.outcome !== 'ok') ended = await attempt(++n);
  expect(Number(ended.server?.split('@')[1])).toBeGreaterThan(before);
  expect(ended.server).not.toContain(`${leader}@`);
});

/** A link before one member, which stands still so that a write on its way stays there. */
async function beforeAFrozen(name: string) {
  const link = await Link.open('probe', name, () => etcd.port(name));
  const lane = await etcd.open(`${name}=http://127.0.0.1:${link.port}`, { timeout_ms: 1000 });
  expect(await lane.attempt(0)).toMatchObject({ outcome: 'ok' });
  await etcd.cluster.member(name).server.freeze();
  return { link, ...lane };
}

test('a socket reset in mid-flight: indeterminate', async () => {
  const { link, attempt } = await beforeAFrozen('etcd-1');
  const passed = link.passed_bytes;
  const ended = attempt(1);
  while (link.passed_bytes === passed) await etcd.clock.sleep(2);
  link.reset();
  expect(await ended).toMatchObject({ outcome: 'indeterminate', code: 'ECONNRESET' });
  await link.close();
});

test('a frozen member: in doubt at the timeout, and there or not once it thaws; then its kernel takes connections for nobody', async () => {
  const [follower = ''] = await etcd.followers();
  const { link, name, attempt } = await beforeAFrozen(follower);
  expect(await attempt(1)).toMatchObject({ outcome: 'indeterminate', code: 'timeout' });
  expect(await attempt(2)).toMatchObject({ outcome: 'indeterminate', code: 'connect timeout' });
  await etcd.cluster.restore();
  // Once it wakes it finds a request whose sender has gone: what it does then is a race, but what was never sent it cannot have done.
  expect([[0], [0, 1]]).toContainEqual(await etcd.stored(name));
  await link.close();
});

test('packets that vanish while connecting: indeterminate after the attempt timeout', async () => {
  const link = await Link.open('probe', 'etcd-1', () => etcd.port('etcd-1'));
  link.cut();
  const { attempt } = await etcd.open(`etcd-1=http://127.0.0.1:${link.port}`, { timeout_ms: 100 });
  expect(await attempt()).toMatchObject({ outcome: 'indeterminate', code: 'connect timeout' });
  await link.close();
});
