import type { Drill } from '../../core/drill.ts';
import { rowItem } from '../../lambdas/aws/dynamodb-items.ts';
import { newRow } from '../../lambdas/new-run.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import type { Call } from './recorder.ts';

/** The run of a drill in whose middle every question is asked. */
export const runOf = ({ name }: Drill): string => `run-${name}`;

const experimentOf = (run: string): string => `EXP-${run}`;
const before = new Date(Date.now() - 3_600_000);

/** A row after its only step began. */
export function rowOf(drill: Drill, store: string): RunRow {
  const run = runOf(drill);
  const times = { claimed_at: Date.now(), deadline_at: 0, heal_deadline_at: 0, expires_at: Date.now() + 3_600_000 };
  const row = newRow(
    {
      run,
      execution: `arn:aws:states:eu-west-1:210987654321:execution:quorum-drills-${store}:${run}`,
      drill: drill.name,
      store,
      ...times,
      slot: null,
      takeover: false,
    },
    1,
  );
  const victims = [drill.store === 'msk' ? 'broker-1' : 'member-1'];
  const step = { step: 1, template: 'EXT', token: `${run}/1`, victims, injecting_at: Date.now(), experiment: experimentOf(run) };
  const members = [{ name: 'member-1', zone: 'a', role: 'writer', healthy: true }];
  return { ...row, phase: 'injected', steps: [step], topology: { members } as unknown as RunRow['topology'] };
}

/** What each operation answers, as the SDK would return it, so that every adapter goes on to its next call. */
export function answersFor(rows: RunRow[]): (call: Call) => unknown {
  return ({ operation, input }) => (operation === 'GetItem' ? itemOf(rows, input.Key) : (fixed[operation]?.(input) ?? {}));
}

async function itemOf(rows: RunRow[], key: unknown): Promise<object> {
  const { pk } = key as { pk: { S: string } };
  const [kind, ...rest] = pk.S.split('#');
  if (kind === 'HIT') return { Item: { victim: { S: 'broker-1' }, operation: { S: operationArn }, automation: { S: 'automation-1' } } };
  const row = kind === 'RUN' ? rows.find(({ run }) => run === rest.join('#')) : undefined;
  return row === undefined ? {} : { Item: await rowItem(row, 'nonce') };
}

const operationArn = 'arn:aws:kafka:eu-west-1:210987654321:cluster-operation/orders/1/2';
const operation = { OperationArn: operationArn, OperationType: 'REBOOT_NODE', OperationState: 'REBOOT_COMPLETE', EndTime: before };
const base64 = (text: string) => Buffer.from(text).toString('base64');

const fixed: { [operation: string]: (input: Call['input']) => object } = {
  GetExperiment: ({ id }) => ({
    experiment: {
      id,
      experimentTemplateId: 'EXT',
      tags: { run: String(id).replace(/^EXP-/, '') },
      state: { status: 'completed' },
      actions: { break: { state: { status: 'completed' } } },
    },
  }),
  ListExperiments: () => ({ experiments: [] }),
  DescribeExecution: () => ({ status: 'RUNNING' }),
  GetCalendarState: () => ({ State: 'OPEN' }),
  PutEvents: () => ({ FailedEntryCount: 0 }),
  GetObject: () => ({ Body: { transformToByteArray: async () => Buffer.from('{}') } }),
  DescribeClusterV2: () => ({
    ClusterInfo: {
      State: 'ACTIVE',
      ClusterType: 'PROVISIONED',
      Provisioned: {
        NumberOfBrokerNodes: 1,
        BrokerNodeGroupInfo: { ClientSubnets: ['a', 'b', 'c'] },
        CurrentBrokerSoftwareInfo: { KafkaVersion: '3.9.x', ConfigurationArn: configurationArn, ConfigurationRevision: 1 },
        ZookeeperConnectString: 'z',
      },
    },
  }),
  ListNodes: () => ({ NodeInfoList: [{ BrokerNodeInfo: { BrokerId: 1, ClientSubnet: 'a' } }] }),
  DescribeTopic: () => ({ Configs: base64('min.insync.replicas=2') }),
  DescribeTopicPartitions: () => ({ Partitions: [{ Partition: 0, Leader: 1, Replicas: [1], Isr: [1] }] }),
  DescribeConfigurationRevision: () => ({ ServerProperties: Buffer.from('') }),
  ListClusterOperationsV2: () => ({ ClusterOperationInfoList: [operation] }),
  DescribeClusterOperationV2: () => ({ ClusterOperationInfo: operation }),
  GetBootstrapBrokers: () => ({ BootstrapBrokerStringSaslIam: 'b:9098', BootstrapBrokerStringTls: 'b:9094' }),
  DescribeDBClusters: () => ({
    DBClusters: [
      {
        Status: 'available',
        Engine: 'aurora-postgresql',
        EngineVersion: '16.4',
        Endpoint: 'c.example',
        Port: 5432,
        DBClusterMembers: [{ DBInstanceIdentifier: 'member-1', IsClusterWriter: true }],
      },
    ],
  }),
  DescribeDBInstances: () => ({
    DBInstances: [{ DBInstanceIdentifier: 'member-1', DBInstanceStatus: 'available', Endpoint: { Address: 'i.example', Port: 5432 } }],
  }),
  GetSecretValue: () => ({ SecretString: JSON.stringify({ username: 'drill', password: 'p', ca: 'a', cert: 'b', key: 'c' }) }),
  SendCommand: () => ({ Command: { CommandId: 'command-1' } }),
  GetCommandInvocation: () => ({ Status: 'Success', ResponseCode: 0, StandardOutputContent: memberTells }),
  GetAutomationExecution: () => ({
    AutomationExecution: {
      AutomationExecutionStatus: 'Success',
      StepExecutions: ['Save', 'Prove', 'Lose', 'Restore', 'Start', 'Verify'].map((StepName) => ({
        StepName,
        ExecutionStartTime: before,
        Outputs: { CommandId: ['command-1'] },
      })),
    },
  }),
};

const configurationArn = 'arn:aws:kafka:eu-west-1:210987654321:configuration/orders/0a1b-1';

const header = { cluster_id: 1, member_id: 1, revision: 1, raft_term: 1 };
const memberTells = JSON.stringify({
  at_ms: 0,
  timing: ['100', '1000'],
  status: [{ Status: { header, version: '3.5.21', dbSize: 1, leader: 1, raftTerm: 1 } }],
  list: null,
});
