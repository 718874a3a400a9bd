import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { wallClock } from '../../lambdas/aws/clock.ts';
import type { Credentials } from '../../probe/credentials.ts';
import { driverFor } from '../../probe/driver.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** The first byte that a broker hears from a lane of the driver: 22 begins a TLS handshake, 0 the length of a Kafka request. */
async function firstByte(credentials?: Credentials): Promise<number> {
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const heard = new Promise<number>((resolve) =>
    server?.on('connection', (socket) => socket.once('data', (data) => resolve(data[0] ?? -1))),
  );
  const protocol = { name: 'kafka', topic: 't', client: { acks: 'all', idempotent: false, record_bytes: 100 } } as const;
  const driver = await driverFor(protocol, 'r', wallClock(), credentials);
  const url = `kafka://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lane = driver.open('p0#0', { name: 'p0', kind: 'service', url, rate_hz: 1, connections: 1, partition: 0 }, 1_000);
  const byte = await heard;
  await lane.close();
  return byte;
}

test.each<[string, Credentials | undefined, number]>([
  ['TLS where the credentials say so', { kafka: { tls: {} } }, 22],
  ['clear where they say nothing of Kafka', { postgres: { tls: {} } }, 0],
  ['clear without any', undefined, 0],
])('a Kafka driver talks %s', async (_, credentials, byte) => {
  expect(await firstByte(credentials)).toBe(byte);
});
