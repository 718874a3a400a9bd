import { afterEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../core/admission.ts';
import { checkDrill } from '../../../../core/drill-check.ts';
import type { KafkaTopology } from '../../../../core/topology.ts';
import * as schema from '../../../../core/topology-schema.ts';
import { drills } from '../../../../drills/index.ts';
import { mskBrokerRebootOnAws } from '../../../../drills/msk-broker-reboot-on-aws.ts';
import { onAws } from '../../../../drills/on-aws.ts';
import type { MskTarget } from '../../../../drills/target.ts';
import { windowFault } from '../../../../lambdas/deadlines.ts';
import { type ACluster, at_s, now, operationArn, side } from './a-cluster.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

const drill = { ...mskBrokerRebootOnAws, topology: { ...mskBrokerRebootOnAws.topology, partitions: 3 } };

async function observed(change?: (told: ACluster) => void, over?: Partial<MskTarget>, pages?: boolean): Promise<KafkaTopology> {
  const made = await side(change, over, pages);
  open = made;
  return (await made.store.observe(drill)) as KafkaTopology;
}

const provisioned = (told: ACluster) =>
  told.cluster.provisioned as {
    brokerNodeGroupInfo: { clientSubnets: string[]; instanceType: string };
    currentBrokerSoftwareInfo: { kafkaVersion: string; configurationArn?: string };
    numberOfBrokerNodes: number;
    zookeeperConnectString?: string;
    storageMode: string;
  };

test('the whole topology from the control plane, as a record may hold it', async () => {
  const topology = await observed();
  expect(topology).toEqual({
    store: 'msk',
    observed_at: now,
    members: ['a', 'b', 'c'].map((zone, index) => ({ name: `broker-${index + 1}`, zone: `subnet-${zone}`, role: 'broker', healthy: true })),
    topic: 'quorum-drill',
    partitions: [0, 1, 2].map((partition) => ({ partition, leader: partition + 1, leader_epoch: -1, replicas: [1, 2, 3], isr: [1, 2, 3] })),
    min_isr: 2,
    unclean_election: false,
    active_controller: null,
    session_timeout_ms: 6_000,
    heartbeat_ms: 2_000,
    lag_time_ms: 30_000,
    elr: false,
  });
  expect(schema.topology.safeParse(topology).success).toBe(true);
});

test('it is admitted, with its controllers unseen', async () => {
  const decisions = admit(drill, await observed(), 'preflight', now);
  expect(decisions.filter((each) => !each.admit).map(({ inequality }) => inequality)).toEqual([]);
  expect(new Set(decisions.map(({ victims }) => victims.join()))).toEqual(new Set(['broker-1']));
});

test('what is told in pages is read to the last of them', async () => {
  const topology = await observed(undefined, {}, true);
  expect([topology.members.length, topology.partitions.length]).toEqual([3, 3]);
});

test('broker 10 is not broker 1', async () => {
  const topology = await observed((told) => {
    told.nodes = [1, 10, 11].map((brokerId) => ({ nodeType: 'BROKER', brokerNodeInfo: { brokerId, clientSubnet: `subnet-${brokerId}` } }));
    told.partitions = [{ partition: 0, leader: 10, replicas: [10, 11, 1], isr: [10, 11] }];
  });
  expect(topology.members.map(({ name, healthy }) => [name, healthy])).toEqual([
    ['broker-1', false],
    ['broker-10', true],
    ['broker-11', true],
  ]);
  expect(admit(drill, topology, 'preflight', now)[0]?.victims).toEqual(['broker-10']);
});

test('a partition without a leader has none, however that is told', async () => {
  const { partitions } = await observed((told) => {
    told.partitions = [
      { partition: 1, leader: -1, replicas: [1, 2], isr: [1] },
      { partition: 0, replicas: [1, 2], isr: [2] },
    ];
  });
  expect(partitions.map(({ partition, leader, isr }) => [partition, leader, isr])).toEqual([
    [0, null, [2]],
    [1, null, [1]],
  ]);
});

describe('settings', () => {
  const none = (told: ACluster) => {
    told.topicConfigs = '';
    provisioned(told).currentBrokerSoftwareInfo.configurationArn = undefined as never;
  };
  test.each<[string, (told: ACluster) => void, Partial<KafkaTopology>]>([
    [
      "the topic's own come first",
      (told) => (told.topicConfigs = 'min.insync.replicas=3\nunclean.leader.election.enable=true'),
      { min_isr: 3, unclean_election: true },
    ],
    [
      "then the cluster's configuration",
      (told) => (told.topicConfigs = 'retention.ms=1'),
      { min_isr: 1, unclean_election: false, session_timeout_ms: 6_000 },
    ],
    ["then MSK's own, of which the weaker is assumed", none, { min_isr: 2, unclean_election: true, session_timeout_ms: 9_000 }],
    [
      'which is less in two zones',
      (told) => {
        none(told);
        provisioned(told).brokerNodeGroupInfo.clientSubnets = ['subnet-a', 'subnet-b'];
      },
      { min_isr: 1 },
    ],
    [
      'and clean with tiered storage',
      (told) => {
        none(told);
        provisioned(told).storageMode = 'TIERED';
      },
      { unclean_election: false },
    ],
    [
      'Express brokers keep two in sync, and elect none unclean',
      (told) => {
        none(told);
        provisioned(told).brokerNodeGroupInfo.instanceType = 'express.m7g.large';
      },
      { min_isr: 2, unclean_election: false },
    ],
    [
      'with ZooKeeper its session counts',
      (told) => {
        provisioned(told).currentBrokerSoftwareInfo.kafkaVersion = '3.6.0';
        provisioned(told).zookeeperConnectString = 'z-1:2181';
      },
      { session_timeout_ms: 18_000, heartbeat_ms: 6_000 },
    ],
  ])('%s', async (_, change, wanted) => {
    expect(await observed(change)).toMatchObject(wanted);
  });

  test('one that is no number is not guessed', async () => {
    await expect(observed((told) => (told.topicConfigs = 'min.insync.replicas=two'))).rejects.toThrow('min.insync.replicas: got "two"');
  });
});

describe('refused plainly, with what to do', () => {
  test.each<[string, (told: ACluster) => void, string]>([
    [
      'serverless',
      (told) => {
        told.cluster.clusterType = 'SERVERLESS';
        told.cluster.provisioned = undefined;
      },
      'got a cluster of the type SERVERLESS, wanted PROVISIONED, whose brokers can be restarted; name another cluster',
    ],
    [
      'too old',
      (told) => (provisioned(told).currentBrokerSoftwareInfo.kafkaVersion = '2.8.2.tiered'),
      'got Kafka 2.8.2.tiered, wanted 3.6 or newer',
    ],
    [
      'of no known version',
      (told) => (provisioned(told).currentBrokerSoftwareInfo.kafkaVersion = 'next'),
      'got Kafka next, wanted 3.6 or newer',
    ],
    ['restarting', (told) => (told.cluster.state = 'REBOOTING_BROKER'), 'got state REBOOTING_BROKER, wanted ACTIVE'],
    ['healing', (told) => (told.cluster.state = 'HEALING'), 'got state HEALING, wanted ACTIVE'],
    ['active, but serviced', (told) => (told.cluster.activeOperationArn = operationArn('x')), 'under way, wanted none'],
    [
      'with an operation that is only listed',
      (told) =>
        told.operations.push({
          operationArn: 'o',
          operationType: 'BROKER_UPDATE',
          operationState: 'UPDATE_IN_PROGRESS',
          startTime: at_s(-60),
        }),
      'got BROKER_UPDATE UPDATE_IN_PROGRESS, wanted no operation under way',
    ],
    [
      'too soon after one',
      (told) =>
        told.operations.push({
          operationArn: 'o',
          operationType: 'REBOOT_NODE',
          operationState: 'REBOOT_COMPLETE',
          startTime: at_s(-600),
          endTime: at_s(-30),
        }),
      'got an operation that ended 30 s ago, wanted 90 s without one',
    ],
    ['with a broker that is not listed', (told) => told.nodes.splice(0, 1), 'got 2 of its nodes, wanted 3'],
  ])('%s', async (_, change, message) => {
    await expect(observed(change)).rejects.toThrow(message);
  });

  test('a topic that does not exist', async () => {
    await expect(observed(undefined, { topic: 'other' })).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

test('an operation older than a refresh is no hindrance, and one that never was neither', async () => {
  await expect(observed((told) => (told.operations = []))).resolves.toMatchObject({ store: 'msk' });
});

test('the drill on AWS has time for the longest restart that MSK takes, inside the time of the workflow', () => {
  const known = drills.find(({ name }) => name === 'msk-broker-reboot');
  expect(known && onAws(known)).toBe(mskBrokerRebootOnAws);
  expect(() => checkDrill(mskBrokerRebootOnAws)).not.toThrow();
  expect(windowFault(mskBrokerRebootOnAws)).toBeNull();
  const { baseline_s, settle_s, deadline_s } = mskBrokerRebootOnAws.window;
  expect(deadline_s).toBeGreaterThan(baseline_s + 15 * 60 + settle_s);
});
