import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialsIn, type EtcdTls } from '../../probe/etcd/credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'pem-'));
let own: EtcdTls;
let other: EtcdTls;

function made(name: string): EtcdTls {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
  ];
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const text = readFileSync(cert, 'utf8');
  return { ca: text, cert: text, key: readFileSync(key, 'utf8') };
}

beforeAll(() => {
  own = made('own');
  other = made('other');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('texts that belong together are what a connection shows', () => {
  expect(credentialsIn(own).secureContext).toBeDefined();
});

test.each<[string, () => EtcdTls, string]>([
  [
    'no authority',
    () => ({ ...own, ca: 'secret text' }),
    "etcd's TLS file ca: got another kind of text, wanted a PEM file with a CERTIFICATE",
  ],
  ['a key for a certificate', () => ({ ...own, cert: own.key }), "etcd's TLS file cert: got another kind of text"],
  ['a certificate for a key', () => ({ ...own, key: own.cert }), 'wanted a PEM file with a PRIVATE KEY'],
  ['the key of another', () => ({ ...own, key: other.key }), 'wanted a certificate and its own key'],
])('%s is refused, and not repeated', (_, texts, message) => {
  expect(() => credentialsIn(texts())).toThrow(message);
  expect(() => credentialsIn(texts())).not.toThrow(/BEGIN|secret text/);
});
