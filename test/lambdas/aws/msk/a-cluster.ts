import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KafkaClient } from '@aws-sdk/client-kafka';
import type { Clock } from '../../../../core/clock.ts';
import type { MskTarget } from '../../../../drills/target.ts';
import { receiptsIn } from '../../../../lambdas/aws/msk/receipts.ts';
import { mskSide } from '../../../../lambdas/aws/msk.ts';
import { type Answer, type Call, loopbackApi } from '../loopback-api.ts';

export const now = 1_790_000_000_000;
const clock: Clock = { now: () => now, sleep: async () => undefined };

export const target: MskTarget = {
  store: 'msk',
  name: 'orders',
  region: 'eu-west-1',
  account: '210987654321',
  cluster_arn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b-1',
  cluster_name: 'orders',
  topic: 'quorum-drill',
  auth: 'iam',
};

export const operationArn = (id: string) => `arn:aws:kafka:eu-west-1:210987654321:cluster-operation/orders/0a1b-1/${id}`;

/** Seconds after `now` as the wire has them. */
export const at_s = (after_s: number) => new Date(now + after_s * 1_000).toISOString();

/** What the service tells, as its wire has it; each test changes what it is about. */
export function aCluster() {
  const broker = (brokerId: number, clientSubnet: string): { [name: string]: unknown } => ({
    nodeType: 'BROKER',
    brokerNodeInfo: { brokerId, clientSubnet },
  });
  return {
    cluster: {
      clusterName: 'orders',
      clusterType: 'PROVISIONED',
      state: 'ACTIVE',
      activeOperationArn: undefined as string | undefined,
      provisioned: {
        brokerNodeGroupInfo: { clientSubnets: ['subnet-a', 'subnet-b', 'subnet-c'], instanceType: 'kafka.m7g.large' },
        currentBrokerSoftwareInfo: {
          kafkaVersion: '3.9.x.kraft',
          configurationArn: 'arn:configuration' as string | undefined,
          configurationRevision: 3,
        },
        numberOfBrokerNodes: 3,
        zookeeperConnectString: undefined as string | undefined,
        storageMode: 'LOCAL',
      } as object | undefined,
    },
    nodes: [broker(1.0, 'subnet-a'), broker(2, 'subnet-b'), broker(3, 'subnet-c'), { nodeType: 'CONTROLLER', controllerNodeInfo: {} }],
    topicConfigs: 'retention.ms=60000\nmin.insync.replicas=2\n',
    serverProperties: '# ours\nunclean.leader.election.enable = false\nmin.insync.replicas=1\nbroker.session.timeout.ms=6000\n',
    partitions: [0, 1, 2].map((partition) => ({ partition, leader: 1 + partition, replicas: [1, 2, 3], isr: [1, 2, 3] })) as object[],
    operations: [
      {
        operationArn: operationArn('old'),
        operationType: 'REBOOT_NODE',
        operationState: 'REBOOT_COMPLETE',
        startTime: at_s(-900),
        endTime: at_s(-300),
      },
    ] as object[],
    bootstrap: { bootstrapBrokerStringSaslIam: 'b-1:9098,b-2:9098', bootstrapBrokerStringTls: 'b-1:9094' } as object,
    receipts: {} as { [token: string]: { victim: string; operation: string } },
  };
}

export type ACluster = ReturnType<typeof aCluster>;

/** The store's side of a cluster that a service on loopback tells of; `pages` splits what comes in lists. */
export async function side(change: (cluster: ACluster) => void = () => {}, over: Partial<MskTarget> = {}, pages = false) {
  const told = aCluster();
  change(told);
  const api = await loopbackApi((call) => answer(told, call, pages));
  const receipts = receiptsIn(new DynamoDBClient(api.client), 'runs');
  return {
    calls: api.calls,
    close: api.close,
    store: mskSide({ ...target, ...over }, { kafka: new KafkaClient(api.client), clock, receipts }),
  };
}

/** What the service answers to one call. */
export function answer(told: ACluster, call: Call, pages: boolean): Answer {
  if (call.operation === 'GetItem') return receiptOf(told, call);
  const path = decodeURIComponent(call.path).replace(target.cluster_arn, 'ARN');
  const operation = path.startsWith('/api/v2/operations/') ? path.slice('/api/v2/operations/'.length) : null;
  if (operation !== null) {
    const found = told.operations.find((each) => 'operationArn' in each && each.operationArn === operation);
    return found === undefined ? { error: 'NotFoundException', status: 404 } : { body: { clusterOperationInfo: found } };
  }
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const bodies: { [path: string]: () => object } = {
    '/api/v2/clusters/ARN': () => ({ clusterInfo: told.cluster }),
    '/v1/clusters/ARN/nodes': () => page(call, pages, 'nodeInfoList', told.nodes),
    '/v1/clusters/ARN/topics/quorum-drill': () => ({ topicName: 'quorum-drill', configs: base64(told.topicConfigs) }),
    '/v1/clusters/ARN/topics/quorum-drill/partitions': () => page(call, pages, 'partitions', told.partitions),
    '/v1/configurations/arn:configuration/revisions/3': () => ({ serverProperties: base64(told.serverProperties) }),
    '/api/v2/clusters/ARN/operations': () => page(call, pages, 'clusterOperationInfoList', told.operations),
    '/v1/clusters/ARN/bootstrap-brokers': () => told.bootstrap,
  };
  const body = bodies[path];
  return body === undefined ? { error: 'NotFoundException', status: 404, message: `nobody answers ${path}` } : { body: body() };
}

/** One page with everything, or one entry a page. */
function page(call: Call, split: boolean, name: string, all: object[]): object {
  if (!split) return { [name]: all };
  const index = Number(call.query.get('nextToken') ?? 0);
  return { [name]: all.slice(index, index + 1), ...(index + 1 < all.length && { nextToken: String(index + 1) }) };
}

function receiptOf(told: ACluster, { body }: Call): Answer {
  const key = (body.Key as { pk: { S: string }; sk: { S: string } }) ?? {};
  const found = key.sk.S === 'HIT' ? told.receipts[key.pk.S.replace(/^HIT#/, '')] : undefined;
  return { body: found === undefined ? {} : { Item: { victim: { S: found.victim }, operation: { S: found.operation } } } };
}
