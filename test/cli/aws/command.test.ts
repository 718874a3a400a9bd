import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grade } from '../../../core/grade.ts';
import { auroraFailover } from '../../../drills/aurora-failover.ts';
import { newRow } from '../../../lambdas/new-run.ts';
import { aRecord } from '../../core/a-record.ts';
import { drill as command } from '../drill.ts';
import { type Account, alone, drill, item, said } from './an-account.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-aws-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const error =
  (name: string, message = 'no') =>
  (each: Account) => {
    each.first = () => ({ error: name, message });
  };
const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

describe('what AWS cannot be asked, or will not answer, is said in words', () => {
  test.each<[string, Parameters<typeof said>[1], { [name: string]: string }, number, RegExp]>([
    ['no credentials', undefined, none, 64, /AWS credentials: got none.*AWS_PROFILE/],
    ['expired credentials', error('ExpiredTokenException', 'token expired'), {}, 64, /AWS credentials: got expired ones.*aws sso login/],
    ['wrong credentials', error('UnrecognizedClientException'), {}, 64, /AWS credentials: .*aws sts get-caller-identity/],
    ['no Region', undefined, { AWS_REGION: '' }, 64, /AWS Region: got none.*AWS_REGION/],
    [
      'the wrong Region',
      (each) => {
        each.parameters = {};
      },
      { AWS_REGION: 'eu-north-1' },
      64,
      /suite 'quorum-drills': got no parameter .* in eu-north-1/,
    ],
    [
      'no right to look',
      error('AccessDeniedException', 'not authorized to perform: ssm:GetParametersByPath'),
      {},
      3,
      /denied it: .*ssm:GetParametersByPath/,
    ],
    ['no network', undefined, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 3, /cannot be reached/],
    [
      'settings of another version',
      (each) => {
        each.parameters['/quorum-drills/quorum-drills/settings'] = '{"table":""}';
      },
      {},
      64,
      /DRILL_SUITE .*deploy the suite again/,
    ],
  ])('%s', async (_, change, env, code, message) => {
    const { err, ...ended } = await said(['status'], change, env);
    expect(err).toMatch(message);
    expect(err).not.toContain('internal error');
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
  });

  test('a drill that the suite does not have', async () => {
    const { code, err } = await said(['run', 'aurora-failover']);
    expect(code).toBe(64);
    expect(err).toContain('which this suite does not have');
    expect(err).toContain(`it has ${drill.name}`);
  });
});

describe('plan', () => {
  test('names what it would touch, and only reads', async () => {
    const { code, out, asked } = await said(['plan', drill.name]);
    expect(out).toContain('WOULD RUN');
    expect(out).toMatch(/target +orders: arn:aws:kafka:eu-west-1:210987654321:cluster\/orders\/0a1b-1/);
    expect(out).toMatch(/template +EXT1/);
    expect(out).toMatch(/cost +about \$\d+\.\d\d: \$0\.10 of FIS/);
    expect(code).toBe(0);
    expect(asked().filter((call) => !/^(GET |GetItem$|GetParametersByPath$|GetCalendarState$)/.test(call))).toEqual([]);
  });

  test.each<[string, (each: Account) => void, RegExp]>([
    [
      'a cluster that does not exist',
      (each) => {
        each.first = (call) =>
          call.path.includes('/clusters/') ? { error: 'NotFoundException', status: 404, message: 'no such cluster' } : undefined;
      },
      /the topology cannot be read: no such cluster/,
    ],
    [
      'one that is not ACTIVE',
      (each) => {
        each.cluster.cluster.state = 'HEALING';
      },
      /state HEALING/,
    ],
    [
      'a store in quarantine',
      (each) => {
        each.items['STORE#orders LEASE'] = {
          pk: { S: 'STORE#orders' },
          state: { S: 'quarantined' },
          run: { S: 'r' },
          fence: { N: '1' },
          expires_at: { N: '1' },
          why: { S: 'not healed' },
        };
      },
      /quarantined since r .*drill heal orders --confirm/,
    ],
    [
      'a pulled safety lever',
      (each) => {
        each.first = ({ path }) =>
          path === '/safetyLevers/default' ? { body: { safetyLever: { state: { status: 'engaged', reason: 'sale' } } } } : undefined;
      },
      /safety lever of the account is engaged: sale/,
    ],
  ])('%s is refused', async (_, change, message) => {
    const { code, out } = await said(['plan', drill.name], change);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(message);
    expect(out).toContain('REFUSED');
    expect(code).toBe(3);
  });
});

const now = Date.now();
const running = (run: string) =>
  newRow(
    {
      ...{ run, execution: 'e', drill: drill.name, store: 'orders', slot: null, takeover: false },
      ...{ claimed_at: now, deadline_at: now + 1, heal_deadline_at: now + 2, expires_at: now + 3 },
    },
    1,
  );

test('run starts the machine of the target, follows it, and writes what it left', async () => {
  const out = join(folder, 'run');
  const record = aRecord();
  const report = grade(auroraFailover, record);
  let run = '';
  const ended = await said(['run', drill.name, '--out', out], (each) => {
    each.first = ({ operation, body }) => {
      if (operation === 'StartExecution') {
        run = String(body.name);
        return { body: { executionArn: 'arn:execution', startDate: 1 } };
      }
      return operation === 'DescribeExecution' ? { body: { executionArn: 'arn:execution', status: 'SUCCEEDED' } } : undefined;
    };
    each.documents = { record, report };
    Object.defineProperty(each, 'items', { get: () => ({ [`RUN#${run} ROW`]: closed }) });
  });
  expect(ended.err).toContain('execution arn:execution');
  expect(ended.calls.find(({ operation }) => operation === 'StartExecution')?.body).toEqual({
    stateMachineArn: 'arn:aws:states:eu-west-1:210987654321:stateMachine:quorum-drills-orders',
    name: expect.stringMatching(new RegExp(`^${drill.name}-\\d{8}T\\d{6}Z-[0-9a-f]{4}$`)),
    input: JSON.stringify({ drill: drill.name }),
  });
  expect(ended.code).toBe(0);
  expect(JSON.parse(await readFile(join(out, 'record.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(record)));
  expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<html');
});
const closed = await item({
  ...running('x'),
  phase: 'closed',
  released: 'free',
  keys: { readback: null, record: 'record', report: 'report' },
});

test('status tells of runs and stores, and map of their arithmetic', async () => {
  const row = await item(running('msk-broker-reboot-1'));
  const change = (each: Account) => {
    each.items['RUN#msk-broker-reboot-1 ROW'] = row;
  };
  const status = await said(['status'], change);
  expect(status.out).toMatch(/1 run under way\n {2}msk-broker-reboot-1 {2}on orders {2}claimed, for /);
  expect(status.out).toContain('orders  free');
  expect(status.code).toBe(0);
  const report = grade(auroraFailover, aRecord());
  const map = await said(['map'], (each) => {
    each.items = { 'RUN#x ROW': closed };
    each.documents = { 'x/report.json': report };
  });
  expect(map.out).toMatch(/orders {2}msk/);
  expect(map.out).toMatch(/quorum +min ISR 2 of 3 replicas, 3 partitions/);
  expect(map.out).toMatch(/spare +1/);
  expect(map.out).toContain(`msk-broker-reboot: ${report.grade}, `);
  expect(map.out).toMatch(/byzantine +not drilled: n >= 3f \+ 1/);
  expect(map.out).toContain('MANAGED, CANNOT BE DRILLED');
  expect(map.code).toBe(0);
});

test('stop without a run is 3, and without a name 64', async () => {
  const { code, out } = await said(['stop', 'no-such-run']);
  expect({ code, out }).toEqual({ code: 3, out: 'no-such-run: not under way\n' });
  expect((await command(['stop', '--on', 'aws'], alone)).code).toBe(64);
});
