import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../lab/etcd/certificates.ts';
import { loopback } from '../../lab/ports.ts';
import { writeOwned } from '../../lab/postgres/server.ts';
import { trustedTls } from '../../lambdas/aws/aurora/trust.ts';
import type { LaneDriver, Target } from '../../probe/contract.ts';
import type { LogIn, PostgresCredentials } from '../../probe/credentials.ts';
import { driverFor } from '../../probe/driver.ts';
import { prepare } from '../../probe/postgres.ts';
import { OneServer } from './one-server.ts';

let one: OneServer;
let folder: string;
let ca: string;
let authorities: string;
/** Of another authority. */
let stranger: string;
const lanes: LaneDriver[] = [];
let password = 'first, and long enough';

/** As RDS takes a token: a password in clear, and only inside TLS. `postgres` is the test's own way in. */
const rules = `hostssl all probe ${loopback}/32 password\nhost all postgres ${loopback}/32 trust\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-tls-'));
  const right: Certificates = await makeCertificates(join(folder, 'right'));
  authorities = right.ca;
  ca = await readFile(authorities, 'utf8');
  stranger = await readFile((await makeCertificates(join(folder, 'stranger'))).ca, 'utf8');
  one = await OneServer.start('probe-tls');
  const { server } = one.bench;
  await server.stop('fast');
  await writeOwned(join(server.folder, 'server.pem'), await readFile(right.server.cert, 'utf8'));
  await writeOwned(join(server.folder, 'server.key'), await readFile(right.server.key, 'utf8'));
  await writeOwned(join(server.folder, 'pg_hba.conf'), rules);
  Object.assign(server.settings, { ssl: 'on', ssl_cert_file: 'server.pem', ssl_key_file: 'server.key' });
  await server.start();
  await one.sql(`create role probe login password '${password}'`);
  await one.sql('grant create on database postgres to probe');
  await one.sql(
    `create function aurora_db_instance_identifier() returns varchar language sql as $$ select current_setting('cluster_name') $$`,
  );
  await prepare(address(), credentials());
});

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  await one.stop();
  await rm(folder, { recursive: true, force: true });
});

const address = () => `postgres://probe@${loopback}:${one.bench.server.port}/postgres`;
const credentials = (asked: LogIn[] = []): PostgresCredentials => ({
  tls: { ca },
  password: async (to) => {
    asked.push(to);
    return password;
  },
});

let count = 0;
async function open(shown: PostgresCredentials, kind: Target['kind'] = 'service', timeout_ms = 5_000) {
  count += 1;
  const name = `lane-${count}`;
  const driver = await driverFor({ name: 'postgres', dialect: 'aurora' }, 'run', undefined, { postgres: shown });
  const lane = driver.open(name, { name, kind, url: address(), rate_hz: 1, connections: 4 }, timeout_ms);
  lanes.push(lane);
  return { name, driver, attempt: (n = 0) => lane.attempt(n, 1.5) };
}

test('a write inside TLS with a password that is asked for at every log-in, by the name that Aurora gives', async () => {
  const asked: LogIn[] = [];
  const { name, driver, attempt } = await open(credentials(asked));
  expect(await attempt()).toMatchObject({ outcome: 'ok', server: 'pg-1' });
  const sessions = await one.sql('select ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1', ['probe']);
  expect(sessions.length).toBeGreaterThan(0);
  expect(sessions.every(([ssl]) => ssl === true)).toBe(true);
  expect(asked[0]).toEqual({ host: loopback, port: one.bench.server.port, user: 'probe' });
  expect(await driver.readback(address(), 'run', [{ lane: name, count: 1 }])).toMatchObject([{ present: 'p1' }]);
});

test('authorities out of a file, as Lambda keeps them; without it Node alone decides', async () => {
  const tls = await trustedTls(authorities);
  expect(await (await open({ ...credentials(), tls })).attempt()).toMatchObject({ outcome: 'ok' });
  expect(await trustedTls(`${authorities}.missing`)).toEqual({});
  await expect(trustedTls(folder)).rejects.toThrow('EISDIR');
});

test('a password that changes counts from the next log-in on', async () => {
  await one.sql(`alter role probe password 'second, and as long'`);
  expect(await (await open(credentials())).attempt()).toMatchObject({ outcome: 'failed', code: '28P01' });
  password = 'second, and as long';
  expect(await (await open(credentials())).attempt()).toMatchObject({ outcome: 'ok' });
});

test.each<[string, PostgresCredentials, string]>([
  ['an authority that did not sign', { tls: { ca: 'stranger' }, password: () => password }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['no authority of its own', { tls: {}, password: () => password }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['no TLS, which this server does not let in', { password: () => password }, '28000'],
  ['no password', { tls: { ca: 'right' } }, '28P01'],
  [
    'a password that cannot be had',
    {
      tls: { ca: 'right' },
      password: () => {
        throw new Error('no token today');
      },
    },
    'unknown',
  ],
])('%s: no write, and a code', async (_, { tls, ...shown }, code) => {
  const authority = tls?.ca === 'stranger' ? { ca: stranger } : tls?.ca === 'right' ? { ca } : tls;
  const { name, attempt } = await open({ ...shown, ...(authority === undefined ? {} : { tls: authority }) });
  const ended = await attempt();
  expect(ended.outcome).not.toBe('ok');
  expect(ended.code).toBe(code);
  expect(await one.sql('select from quorum_drill.writes where lane = $1', [name])).toEqual([]);
});

test('a write that hangs inside TLS is dropped with its connection at the timeout', async () => {
  const { name, attempt } = await open(credentials(), 'service', 300);
  expect(await attempt(0)).toMatchObject({ outcome: 'ok' });
  await one.waitForNobody();
  try {
    expect(await attempt(1)).toMatchObject({ outcome: 'indeterminate', code: 'timeout' });
  } finally {
    await one.release();
  }
  expect(await attempt(2)).toMatchObject({ outcome: 'ok' });
  const kept = (await one.sql('select n::int from quorum_drill.writes where lane = $1 order by n', [name])).flat();
  expect(kept).toEqual(expect.arrayContaining([0, 2]));
});

test('the endpoint leaves a server that only reads, since its name may lead elsewhere by now; a copy asked directly is kept', async () => {
  await one.becomeStandby(true);
  try {
    const logIns = async (kind: Target['kind']) => {
      const asked: LogIn[] = [];
      const { attempt } = await open(credentials(asked), kind);
      for (let n = 0; n < 6; n += 1) expect(await attempt(n)).toMatchObject({ outcome: 'failed', code: '25006' });
      return asked.length;
    };
    expect(await logIns('service')).toBeGreaterThanOrEqual(6);
    expect(await logIns('pinned')).toBeLessThanOrEqual(4);
  } finally {
    await one.becomeWriter();
  }
});
