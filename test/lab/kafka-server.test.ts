import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BadInput } from '../../core/errors.ts';
import { findKafka, type KafkaEngine } from '../../lab/kafka/binaries.ts';
import { KafkaServer } from '../../lab/kafka/server.ts';
import { type Node, nodeSettings, properties } from '../../lab/kafka/settings.ts';
import { keptPorts } from '../../lab/kept-ports.ts';
import { processesIn } from '../../lab/process.ts';
import { onBrokers } from './a-kafka.ts';

onBrokers('one broker without controllers', () => {
  let scratch: string;
  let engine: KafkaEngine;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'drill-kafka-'));
    engine = await findKafka();
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const alone = async (formatted: boolean, start_limit_ms: number): Promise<KafkaServer> => {
    const [port = 0, nobody = 0] = await keptPorts(2);
    const directory = 'b2ZmIGJ5IGhlYXJ0IDEyMw';
    const node: Node = { id: 1, name: 'broker-1', role: 'broker', zone: 'a', port, directory };
    const controller: Node = { id: 101, name: 'controller-101', role: 'controller', zone: 'a', port: nobody, directory };
    const data = join(scratch, 'data');
    await rm(data, { recursive: true, force: true });
    await mkdir(data);
    const identity = properties({ version: '1', 'cluster.id': directory, 'node.id': '1', 'directory.id': directory });
    if (formatted) await writeFile(join(data, 'meta.properties'), identity);
    const settings = nodeSettings(node, [node, controller], data);
    return new KafkaServer({ node, engine, folder: scratch, log: join(scratch, 'broker-1.log'), settings, start_limit_ms });
  };

  test('that never becomes ready ends with an error that shows the tail of its log', async () => {
    const server = await alone(true, 8_000);
    await expect(server.start()).rejects.toThrow(
      /^broker-1 was not ready within 8000 ms; its log ends:\n(\d{4}-\d\d-\d\d .*(\n|$)){1,12}$/,
    );
    expect({ running: server.process, left: await processesIn(scratch) }).toEqual({ running: null, left: [] });
    expect((await stat(join(scratch, 'broker-1.log'))).mode & 0o077).toBe(0);
  });

  test('that ends before it is ready says why', async () => {
    const server = await alone(false, 60_000);
    await expect(server.start()).rejects.toThrow(/^broker-1 ended before it was ready; its log ends:\n(.*\n)*.*meta\.properties/);
  });

  test('whose port is taken says so', async () => {
    const server = await alone(true, 60_000);
    const taken = createServer().listen(server.port, '127.0.0.1');
    await once(taken, 'listening');
    const started = server.start();
    await expect(started).rejects.toBeInstanceOf(BadInput);
    await expect(started).rejects.toThrow(
      `port of broker-1: got 127.0.0.1:${server.port}, which another program holds, wanted one that stays free`,
    );
    taken.close();
  });

  test('is started once by two that start it at once, and not at all when it is over', async () => {
    const server = await alone(true, 60_000);
    const starts = Promise.allSettled([server.start(), server.start()]);
    while (server.process === null) await new Promise(setImmediate);
    expect(await processesIn(scratch)).toHaveLength(1);
    await server.end();
    expect((await starts).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(server.start()).rejects.toThrow('broker-1 is not wanted any more');
    expect(await processesIn(scratch)).toEqual([]);
  });
});
