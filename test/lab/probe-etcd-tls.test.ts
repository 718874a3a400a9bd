import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../lab/etcd/certificates.ts';
import type { EtcdTls } from '../../probe/etcd/credentials.ts';
import { AnEtcd } from './an-etcd.ts';

let etcd: AnEtcd;
let right: Certificates;
/** Of another authority. */
let wrong: Certificates;

beforeAll(async () => {
  etcd = await AnEtcd.start('probe-tls', { voters: 1, tls: true });
  right = etcd.cluster.parts.certificates as Certificates;
  wrong = await makeCertificates(join(etcd.cluster.folder, 'stranger'));
});

afterAll(() => etcd.stop());

const attempt = async (tls: EtcdTls | undefined, url = etcd.url()) => {
  const lane = await etcd.open(url, { driver: await etcd.driver(tls && { tls }) });
  return { ended: await lane.attempt(0), name: lane.name };
};

test('with certificates on both sides: written, and read back', async () => {
  const tls = { ca: right.ca, ...right.client };
  const { ended, name } = await attempt(tls);
  expect(ended).toMatchObject({ outcome: 'ok', server: expect.stringMatching(/^etcd-1@\d+$/) });
  const driver = await etcd.driver({ tls });
  expect(await driver.readback(etcd.url(), 'run', [{ lane: name, count: 1 }])).toMatchObject([{ present: 'p1' }]);
});

test("an authority that did not sign the member's certificate: failed, by the name of what is wrong", async () => {
  const { ended } = await attempt({ ca: wrong.ca, ...right.client });
  expect(ended).toMatchObject({ outcome: 'failed', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('no authority of its own, as with a plain https client: failed', async () => {
  const { ended } = await attempt(undefined);
  expect(ended).toMatchObject({ outcome: 'failed', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test("a client's certificate that the member does not trust never gets as far as a write", async () => {
  const codes = new Set<string>();
  for (let n = 0; n < 5; n += 1) {
    const { ended, name } = await attempt({ ca: right.ca, ...wrong.client });
    codes.add(`${ended.outcome} ${ended.code}`);
    expect(await etcd.stored(name)).toEqual([]);
  }
  expect([...codes].join()).toMatch(/^failed ERR_SSL_[\w/]*ALERT\w*$/);
});

test('http to a member that wants TLS: no write, and a code', async () => {
  const { ended, name } = await attempt(undefined, etcd.url().replace('https', 'http'));
  expect(ended.outcome).not.toBe('ok');
  expect(ended.code).toBeTypeOf('string');
  expect(await etcd.stored(name)).toEqual([]);
});

test('a key that does not belong to its certificate is a clear error before anything is written', async () => {
  await expect(attempt({ ca: right.ca, cert: right.client.cert, key: right.server.key })).rejects.toThrow("etcd's TLS files");
});
