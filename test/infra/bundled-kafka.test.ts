import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as whole from '@platformatic/kafka';
import { afterAll, expect, test } from 'vitest';
import { bundle, writeBundle } from '../../infra/bundle.ts';
import { Ajv2020 } from '../../lambdas/aws/bundled/ajv.ts';
import * as bundled from '../../lambdas/aws/bundled/kafka.ts';
import type { openConnection } from '../../probe/kafka/connection.ts';
import { codeOf } from '../../probe/kafka/outcome.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorum-drills-kafka-'));
writeBundle(bundle({ connection: 'probe/kafka/connection.ts' }).get('connection')!, folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loaded = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { openConnection: typeof openConnection };

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a bundled connection comes as far as being refused, with and without TLS and a log-in', async () => {
  const address = { host: '127.0.0.1', port: await closedPort() };
  const token = async (): Promise<string> => 'a token';
  for (const credentials of [{}, { tls: {}, sasl: { mechanism: 'OAUTHBEARER' as const, token } }]) {
    const connection = loaded.openConnection(credentials)(address, 5_000, () => undefined);
    await expect(connection.connect().catch((error) => codeOf(error))).resolves.toBe('ECONNREFUSED');
    expect(connection.heard).toBe(false);
  }
});

test.each(Object.entries(bundled))("%s of a bundle is the package's own", (name, of) => {
  expect(of).toBe((whole as { [name: string]: unknown })[name]);
});

test('what stands in for a validator takes new keywords, and refuses to check', () => {
  const ajv = new Ajv2020();
  ajv.addKeyword();
  expect(ajv.compile()).toThrow('a bundle holds no validator');
});
