import { afterEach, expect, test, vi } from 'vitest';
import { mskBrokerReboot } from '../../../../drills/msk-broker-reboot.ts';
import type { MskTarget } from '../../../../drills/target.ts';
import { announcementOf } from '../../../../lambdas/aws/msk/announcement.ts';
import { type ACluster, side } from './a-cluster.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await open?.close();
});

async function storeOf(change?: (told: ACluster) => void, over?: Partial<MskTarget>) {
  const made = await side(change, over);
  open = made;
  return made.store;
}

test('IAM brokers, with TLS and a token signed for the Region at every log-in', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  const { endpoints, credentials } = await (await storeOf()).endpoints(mskBrokerReboot);
  expect(endpoints).toEqual({ store: 'msk', bootstrap: ['b-1:9098', 'b-2:9098'], topic: 'quorum-drill' });
  expect(credentials.kafka?.tls).toEqual({});
  const sasl = credentials.kafka?.sasl;
  if (sasl?.mechanism !== 'OAUTHBEARER') throw new Error('MSK IAM logs in by OAUTHBEARER');
  const signed = new URL(Buffer.from(await sasl.token(), 'base64url').toString());
  expect([signed.hostname, signed.searchParams.get('Action')]).toEqual(['kafka.eu-west-1.amazonaws.com', 'kafka-cluster:Connect']);
  expect(Number(signed.searchParams.get('X-Amz-Expires'))).toBe(900);
});

test('TLS brokers, with nothing to log in with', async () => {
  const { endpoints, credentials } = await (await storeOf(undefined, { auth: 'tls' })).endpoints(mskBrokerReboot);
  expect([endpoints, credentials]).toEqual([{ store: 'msk', bootstrap: ['b-1:9094'], topic: 'quorum-drill' }, { kafka: { tls: {} } }]);
});

test.each([
  ['iam', 'no brokers that take IAM clients'],
  ['tls', 'no brokers that take unauthenticated TLS clients'],
] as const)('a cluster that does not take %s says what to do', async (auth, message) => {
  const store = await storeOf((told) => (told.bootstrap = {}), { auth });
  await expect(store.endpoints(mskBrokerReboot)).rejects.toThrow(message);
});

test.each<[string, string, string, string[]]>([
  ['3.9.x.kraft', 'kafka.m7g.large', '', ['OfflinePartitionsCount']],
  ['3.6.0', 'kafka.m7g.large', 'z-1:2181', ['OfflinePartitionsCount', 'ActiveControllerCount']],
  ['3.9.x.kraft', 'express.m7g.large', '', []],
  ['3.6.0', 'express.m7g.large', 'z-1:2181', ['ActiveControllerCount']],
])('%s on %s (%s) has the metrics %j, all read with Maximum', async (kafkaVersion, instanceType, zookeeper, metrics) => {
  const store = await storeOf((told) => {
    told.cluster.provisioned = {
      brokerNodeGroupInfo: { clientSubnets: [], instanceType },
      currentBrokerSoftwareInfo: { kafkaVersion },
      ...(zookeeper === '' ? {} : { zookeeperConnectString: zookeeper }),
    };
  });
  const queries = await store.queries(mskBrokerReboot);
  expect(queries.map(({ metric }) => metric)).toEqual(metrics);
  for (const each of queries)
    expect(each).toMatchObject({ namespace: 'AWS/Kafka', stat: 'Maximum', period_s: 60, dimensions: { 'Cluster Name': 'orders' } });
  expect(await store.engine()).toEqual({ name: 'Amazon MSK', version: kafkaVersion });
});

test.each<[string, string | null]>([
  ['broker-1', '1'],
  ['broker-10', '10'],
  ['controller-1', null],
  ['["broker-1","broker-2"]', null],
  ['broker-1 ', null],
])('the id of %s is %j', (victim, id) => {
  expect(announcementOf(victim, 1_790_000_000_999)).toEqual({ victim_id: id, expires_text: '2026-09-21_14.13.20' });
});
