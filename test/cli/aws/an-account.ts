import { mskBrokerRebootOnAws } from '../../../drills/msk-broker-reboot-on-aws.ts';
import type { SuiteSettings } from '../../../drills/target.ts';
import { rowItem } from '../../../lambdas/aws/dynamodb-items.ts';
import type { RunRow } from '../../../lambdas/tools.ts';
import { settings as every } from '../../lambdas/aws/a-suite.ts';
import { type Answer, type Call, loopbackApi } from '../../lambdas/aws/loopback-api.ts';
import { type ACluster, aCluster, answer as clusterAnswer, target } from '../../lambdas/aws/msk/a-cluster.ts';
import { drill as command } from '../drill.ts';

/** The drill as configured there. */
export const drill = {
  ...mskBrokerRebootOnAws,
  topology: { ...mskBrokerRebootOnAws.topology, partitions: 3 },
  limits: { recovery_ms: 60_000 },
};

const settings: SuiteSettings = {
  ...every,
  targets: [target],
  placed: { [drill.name]: target.name },
  templates: { [drill.name]: 'EXT1' },
};

const memory = Object.fromEntries(
  ['Witness', 'Claim', 'Preflight', 'Readmit', 'Watch', 'Halt', 'Heal', 'Readback', 'Collect', 'Grade', 'Release'].map((task) => [
    task,
    512,
  ]),
);

/** What one account has; a test changes what it is about. */
export interface Account {
  parameters: { [name: string]: string };
  cluster: ACluster;
  /** Items of the table by `pk sk`. */
  items: { [key: string]: object };
  /** Documents of the bucket by key. */
  documents: { [key: string]: object };
  topics: string[];
  /** Answers before anything else does. */
  first: (call: Call) => Answer | undefined;
}

/** A row as the table holds it, binary as JSON has it. */
export async function item(row: RunRow): Promise<object> {
  const { body, ...rest } = await rowItem(row, 'nonce');
  return { ...rest, body: { B: Buffer.from(body?.B ?? []).toString('base64') } };
}

/** An account on loopback with one suite and its MSK cluster, and the environment of a command that talks to it. */
async function anAccount(change: (account: Account) => void | Promise<void> = () => {}) {
  const account: Account = {
    parameters: {
      '/quorum-drills/quorum-drills/settings': JSON.stringify(settings),
      '/quorum-drills/quorum-drills/memory': JSON.stringify(memory),
      [`/quorum-drills/quorum-drills/drills/${drill.name}`]: JSON.stringify(drill),
    },
    cluster: aCluster(),
    items: {},
    documents: {},
    topics: [target.topic],
    first: () => undefined,
  };
  await change(account);
  const api = await loopbackApi((call) => account.first(call) ?? answer(account, call));
  const environment: { [name: string]: string } = {
    AWS_ENDPOINT_URL: api.client.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_MAX_ATTEMPTS: '1',
    ...alone,
  };
  const asked = () => api.calls.map(({ operation, method, path }) => operation || `${method} ${path}`);
  return { account, environment, asked, calls: api.calls, close: api.close };
}

/** Runs the command against an account that is changed like this; says how it ended, and what was asked of the account. */
export async function said(args: string[], change?: (account: Account) => void | Promise<void>, env: { [name: string]: string } = {}) {
  const { environment, close, ...made } = await anAccount(change);
  try {
    return { ...(await command([...args, '--on', 'aws'], { ...environment, ...env })), ...made };
  } finally {
    await close();
  }
}

/** Nothing of whoever runs the tests: no profile, no instance to ask. */
export const alone: { [name: string]: string } = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_PROFILE: '',
};

function answer(account: Account, call: Call): Answer {
  switch (call.operation) {
    case 'GetParametersByPath': {
      const below = Object.entries(account.parameters).filter(([name]) => name.startsWith(`${call.body.Path}/`));
      return { body: { Parameters: below.map(([Name, Value]) => ({ Name, Value })) } };
    }
    case 'GetCalendarState':
      return { body: { State: 'OPEN' } };
    case 'GetItem': {
      const { pk, sk } = call.body.Key as { pk: { S: string }; sk: { S: string } };
      const Item = account.items[`${pk.S} ${sk.S}`];
      return { body: Item === undefined ? {} : { Item } };
    }
    case 'Query':
      return { body: { Items: Object.values(account.items).filter((each) => 'unreleased' in each) } };
    case 'Scan':
      return { body: { Items: Object.values(account.items).filter((each) => 'released' in each) } };
    case '':
      return rest(account, call);
    default:
      return { error: 'UnknownOperationException', message: `nobody answers ${call.operation}` };
  }
}

/** Services that speak by paths: FIS's lever, the bucket, and MSK. */
function rest({ cluster, documents, topics }: Account, call: Call): Answer {
  const path = decodeURIComponent(call.path);
  if (path === '/safetyLevers/default') return { body: { safetyLever: { state: { status: 'disengaged', reason: '' } } } };
  const key = path.startsWith(`/${settings.bucket}/`) ? path.slice(settings.bucket.length + 2) : null;
  if (key !== null) {
    const found = documents[key];
    return found === undefined ? { error: 'NoSuchKey', status: 404 } : { body: found };
  }
  if (path === `/v1/clusters/${target.cluster_arn}/topics`) {
    if (call.method === 'POST') topics.push(String(call.body.topicName));
    return { body: { topics: topics.map((topicName) => ({ topicName })) } };
  }
  if (call.method === 'DELETE') {
    topics.splice(topics.indexOf(path.split('/').at(-1) ?? ''), 1);
    return { body: {} };
  }
  return clusterAnswer(cluster, call, false);
}
