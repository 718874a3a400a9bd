import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../../core/clock.ts';
import type { EtcdTarget } from '../../../../drills/target.ts';
import { receiptsIn } from '../../../../lambdas/aws/etcd/receipts.ts';
import { etcdSide } from '../../../../lambdas/aws/etcd.ts';
import { type Answer, type Call, loopbackApi } from '../loopback-api.ts';

export const now = 1_790_000_000_000;

export const target: EtcdTarget = {
  store: 'etcd',
  name: 'control',
  region: 'eu-west-1',
  account: '210987654321',
  members: ['a', 'b', 'c'].map((zone, i) => ({
    name: `etcd-${i + 1}`,
    instance: `i-${i + 1}`,
    url: `https://10.0.${i + 1}.1:2379`,
    zone: `eu-west-1${zone}`,
  })),
  tls_secret: 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:etcd-AbCdEf',
  documents: { status: 'quorum-control-status', undo: 'quorum-control-undo' },
  snapshots: 'snapshots',
};

/** Longer than a number of JavaScript holds. */
const ids = ['10276657743932975437', '9372538179322589801', '18249187646912138824'];
export const cluster_hex = 'cdf818194e3a8c32';

/** What `etcdctl` prints on a member; ids are bare numbers there. */
export function statusText(
  i: number,
  over: { leader?: number | null; term?: number; learner?: boolean; heartbeat?: string; members?: number } = {},
) {
  const { leader = 0, term = 4, learner = false, heartbeat = '100', members = 3 } = over;
  const header = `"header":{"cluster_id":14841639068965178418,"member_id":${ids[i]},"revision":${900 + i},"raft_term":${term}}`;
  const status = `{${header},"version":"3.5.16","dbSize":${20_480 + i},"leader":${leader === null ? 0 : ids[leader]},"raftTerm":${term}${learner ? ',"isLearner":true' : ''}}`;
  const list = `{${header},"members":[${ids.slice(0, members).map((id) => `{"ID":${id},"name":"ip-10"}`)}]}`;
  return `{"at_ms":${now - 700},"timing":["${heartbeat}","1000"],"status":[{"Endpoint":"https://10.0.1.1:2379","Status":${status}}],"list":${list}}\n`;
}

/** A host whose member does not run. */
export const silentText = `{"at_ms":${now - 700},"timing":null,"status":null,"list":null}\n`;

/** What a command came to on one instance. */
export interface Outcome {
  stdout?: string;
  stderr?: string;
  status?: string;
  code?: number;
}

/** A command by its instances; null where it never was sent. */
type Outcomes = { [instance: string]: Outcome | null };

/** What the services tell; each test changes what it is about. */
export function aCluster() {
  return {
    /** Outcomes of a document, and of a command of the Automation by its id. */
    status: Object.fromEntries(['i-1', 'i-2', 'i-3'].map((instance, i) => [instance, { stdout: statusText(i) }])) as Outcomes,
    undo: Object.fromEntries(['i-1', 'i-2', 'i-3'].map((instance) => [instance, { stdout: 'back=x\n' }])) as Outcomes,
    /** Instances that Systems Manager does not know. */
    unregistered: [] as string[],
    commands: {} as { [id: string]: Outcomes },
    receipts: {} as { [token: string]: string },
    automation: { status: 'Success', steps: {} as { [name: string]: { command?: string; began?: boolean } } },
    secret: JSON.stringify({ ca: 'CA', cert: 'CERT', key: 'KEY' }),
    /** How often an invocation is not known yet after it was sent. */
    notYet: 1,
  };
}

export type ACluster = ReturnType<typeof aCluster>;

/** The store's side of members that services on loopback tell of. Waiting takes no time, and moves the clock. */
export async function side(change: (cluster: ACluster) => void = () => {}, over: Partial<EtcdTarget> = {}) {
  const told = aCluster();
  change(told);
  let at = now;
  const clock: Clock = {
    now: () => at,
    sleep: async (ms) => {
      at += ms;
    },
  };
  const asked = new Map<string, number>();
  const api = await loopbackApi((call) => answer(told, call, asked));
  return {
    calls: api.calls,
    close: api.close,
    store: etcdSide(
      { ...target, ...over },
      {
        ssm: new SSMClient(api.client),
        s3: new S3Client({ ...api.client, forcePathStyle: true }),
        secrets: new SecretsManagerClient(api.client),
        clock,
        receipts: receiptsIn(new DynamoDBClient(api.client), 'runs'),
      },
    ),
  };
}

function answer(told: ACluster, call: Call, asked: Map<string, number>): Answer {
  const { body } = call;
  if (call.method === 'DELETE') return { body: {} };
  switch (call.operation) {
    case 'SendCommand':
      if ((body.InstanceIds as string[]).some((each) => told.unregistered.includes(each))) return { error: 'InvalidInstanceId' };
      return { body: { Command: { CommandId: String(body.DocumentName).endsWith('undo') ? 'undo' : 'status' } } };
    case 'GetCommandInvocation':
      return invocation(told, String(body.CommandId), String(body.InstanceId), asked);
    case 'GetItem': {
      const token = (body.Key as { pk: { S: string } }).pk.S.replace(/^HIT#/, '');
      const automation = told.receipts[token];
      return { body: automation === undefined ? {} : { Item: { automation: { S: automation } } } };
    }
    case 'GetAutomationExecution':
      return { body: { AutomationExecution: executionOf(told) } };
    case 'GetSecretValue':
      return { body: { SecretString: told.secret } };
    default:
      return { error: 'UnknownOperationException', message: `nobody answers ${call.operation}` };
  }
}

function invocation(told: ACluster, command: string, instance: string, asked: Map<string, number>): Answer {
  const sent = command === 'status' || command === 'undo';
  const times = (asked.get(`${command} ${instance}`) ?? 0) + 1;
  asked.set(`${command} ${instance}`, times);
  const outcome = (sent ? told[command] : told.commands[command])?.[instance];
  if (outcome == null || (sent && times <= told.notYet)) return { error: 'InvocationDoesNotExist' };
  const { stdout = '', stderr = '', status = 'Success', code = 0 } = outcome;
  return { body: { Status: status, ResponseCode: code, StandardOutputContent: stdout, StandardErrorContent: stderr } };
}

function executionOf({ automation: { status, steps } }: ACluster): object {
  return {
    AutomationExecutionStatus: status,
    StepExecutions: Object.entries(steps).map(([StepName, { command, began = true }]) => ({
      StepName,
      ...(began && { ExecutionStartTime: now / 1_000 }),
      ...(command !== undefined && { Outputs: { CommandId: [command] } }),
    })),
  };
}
