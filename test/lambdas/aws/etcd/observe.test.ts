import { afterEach, expect, test } from 'vitest';
import { etcdLeaderLoss } from '../../../../drills/etcd-leader-loss.ts';
import type { EtcdTarget } from '../../../../drills/target.ts';
import { type ACluster, cluster_hex, now, side, silentText, statusText } from './a-cluster.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function made(change?: (told: ACluster) => void, over?: Partial<EtcdTarget>) {
  const store = await side(change, over);
  open = store;
  return store;
}

const observed = async (change?: (told: ACluster) => void, over?: Partial<EtcdTarget>) =>
  (await made(change, over)).store.observe(etcdLeaderLoss);

test('the topology is what the members say, in the zones of the target, with ids in whole', async () => {
  expect(await observed()).toEqual({
    store: 'etcd',
    observed_at: now,
    members: [1, 2, 3].map((i) => ({ name: `etcd-${i}`, zone: `eu-west-1${'abc'[i - 1]}`, role: 'voter', healthy: true })),
    leader: 'etcd-1',
    term: 4,
    heartbeat_ms: 100,
    election_timeout_ms: 1_000,
    cluster_id: cluster_hex,
    revision: 902,
    db_bytes: 20_482,
  });
});

test('every member is asked once, by the fixed document and nothing else, and an invocation that is not there yet is asked for again', async () => {
  const { store, calls } = await made((told) => (told.notYet = 3));
  await store.observe(etcdLeaderLoss);
  const sent = calls.filter(({ operation }) => operation === 'SendCommand');
  expect(sent.map(({ body }) => body)).toEqual(
    ['i-1', 'i-2', 'i-3'].map((instance) => ({
      DocumentName: 'quorum-control-status',
      DocumentVersion: '1',
      InstanceIds: [instance],
      Parameters: {},
      TimeoutSeconds: 30,
    })),
  );
  expect(calls.filter(({ operation }) => operation === 'GetCommandInvocation')).toHaveLength(3 * 4);
});

test.each<[string, (told: ACluster) => void, { healthy: boolean[]; leader: string | null }]>([
  [
    'a member that does not run',
    (told) => (told.status['i-2'] = { stdout: silentText }),
    { healthy: [true, false, true], leader: 'etcd-1' },
  ],
  ['a host that never answers', (told) => (told.status['i-3'] = null), { healthy: [true, true, false], leader: 'etcd-1' }],
  ['a host whose agent is not registered', (told) => (told.unregistered = ['i-3']), { healthy: [true, true, false], leader: 'etcd-1' }],
  [
    'a script that fails',
    (told) => (told.status['i-3'] = { status: 'Failed', code: 3 }),
    { healthy: [true, true, false], leader: 'etcd-1' },
  ],
  [
    'a member that still follows an older leader',
    (told) => (told.status['i-3'] = { stdout: statusText(2, { leader: 1, term: 3 }) }),
    { healthy: [true, true, false], leader: 'etcd-1' },
  ],
  [
    'members that know no leader',
    (told) => {
      for (const i of [0, 1, 2]) told.status[`i-${i + 1}`] = { stdout: statusText(i, { leader: null }) };
    },
    { healthy: [false, false, false], leader: null },
  ],
  ['a leader that is silent', (told) => (told.status['i-1'] = { stdout: silentText }), { healthy: [false, true, true], leader: null }],
])('%s', async (_, change, wanted) => {
  const { members, leader } = (await observed(change)) as { members: { healthy: boolean }[]; leader: string | null };
  expect({ healthy: members.map(({ healthy }) => healthy), leader }).toEqual(wanted);
});

test('learners are told apart', async () => {
  const { members } = await observed((told) => (told.status['i-3'] = { stdout: statusText(2, { learner: true }) }));
  expect(members.map(({ role }) => role)).toEqual(['voter', 'voter', 'learner']);
});

const everywhere = (outcome: ACluster['status'][string]) => (told: ACluster) => {
  for (const instance of Object.keys(told.status)) told.status[instance] = outcome ?? null;
};

test.each<[string, (told: ACluster) => void, string]>([
  ['no host answers', everywhere(null), 'got no answer of any host (i-1 is late: no answer within 4000 ms), wanted one'],
  ['every script refuses', everywhere({ status: 'Failed', stderr: 'refused: no etcd\n' }), '(i-1 is Failed: no etcd)'],
  ['no member answers', everywhere({ stdout: silentText }), 'got no answer of any of 3, wanted one; start etcd'],
  [
    'etcd has a member that nobody listed',
    (told) => (told.status['i-1'] = { stdout: statusText(0, { members: 2 }) }),
    'targets.control.members: got 3 listed, wanted the 2 that etcd says it has',
  ],
  [
    'timing differs',
    (told) => (told.status['i-2'] = { stdout: statusText(1, { heartbeat: '500' }) }),
    'got heartbeats of 100 and 500 ms, election timeouts of 1000 and 1000 ms, wanted the same on all members',
  ],
])('throws when %s', async (_, change, message) => {
  const { store } = await made(change);
  await expect(store.observe(etcdLeaderLoss)).rejects.toThrow(message);
});

test('the engine is etcd in the version that its members run', async () => {
  const { store } = await made((told) => (told.status['i-3'] = { stdout: statusText(2).replace('3.5.16', '3.4.30') }));
  expect(await store.engine()).toEqual({ name: 'etcd', version: '3.4.30, 3.5.16' });
});

test('CloudWatch is asked nothing', async () => {
  expect(await (await made()).store.queries(etcdLeaderLoss)).toEqual([]);
});

test('the probe is told every member, and shows the certificate of the secret', async () => {
  const { endpoints, credentials } = await (await made()).store.endpoints(etcdLeaderLoss);
  expect(endpoints).toEqual({ store: 'etcd', members: [1, 2, 3].map((i) => ({ name: `etcd-${i}`, url: `https://10.0.${i}.1:2379` })) });
  expect(credentials).toEqual({ etcd: { ca: 'CA', cert: 'CERT', key: 'KEY' } });
});

test('members that talk in clear need no secret, and none is asked for', async () => {
  const { store, calls } = await made(undefined, { tls_secret: null });
  expect((await store.endpoints(etcdLeaderLoss)).credentials).toEqual({});
  expect(calls).toEqual([]);
});

test.each(['no JSON', 'null', '{"ca":"CA","cert":"CERT"}'])('a secret that holds %s is refused, and not repeated', async (secret) => {
  const { store } = await made((told) => (told.secret = secret));
  const refused = store.endpoints(etcdLeaderLoss);
  await expect(refused).rejects.toThrow('got another kind of text, wanted JSON with ca, cert and key in PEM form');
  await expect(refused).rejects.not.toThrow(/CERT|no JSON/);
});
