import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaDrill } from '../../core/drill.ts';
import { layOut, place } from '../../lab/kafka/placement.ts';
import { nodeSettings, properties } from '../../lab/kafka/settings.ts';
import { plannedKafka } from '../../lab/kafka.ts';
import { keptPorts } from '../../lab/kept-ports.ts';

const clusters = fc
  .record({
    brokers: fc.integer({ min: 1, max: 12 }),
    zones: fc.integer({ min: 1, max: 3 }),
    partitions: fc.integer({ min: 1, max: 40 }),
    factor: fc.integer({ min: 1, max: 5 }),
  })
  .filter(({ brokers, factor }) => factor <= brokers);

test('law: every partition has its replicas on distinct brokers, over as many racks as there can be, and leaders take turns', () => {
  fc.assert(
    fc.property(clusters, ({ brokers, zones, partitions, factor }) => {
      const nodes = layOut(brokers, 3, zones).filter(({ role }) => role === 'broker');
      const rackOf = (id: number) => nodes.find((node) => node.id === id)?.zone;
      const placed = place(nodes, partitions, factor);
      const racks = Math.min(factor, new Set(nodes.map(({ zone }) => zone)).size);
      for (const replicas of placed) {
        expect(new Set(replicas).size).toBe(factor);
        expect(new Set(replicas.map(rackOf)).size).toBe(racks);
      }
      const led = nodes.map(({ id }) => placed.filter(([leader]) => leader === id).length);
      expect(Math.max(...led) - Math.min(...led)).toBeLessThanOrEqual(1);
    }),
  );
});

test('law: no two nodes of a cluster are called the same, brokers 1 and 10 least of all', () => {
  const nodes = layOut(12, 3, 3);
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(15);
  expect(nodes.filter(({ name }) => name === 'broker-1')).toMatchObject([{ id: 1, zone: 'a', role: 'broker' }]);
  expect(nodes.filter(({ name }) => name === 'broker-10')).toMatchObject([{ id: 10, zone: 'a', role: 'broker' }]);
  expect(nodes.filter(({ role }) => role === 'controller').map(({ name }) => name)).toEqual([
    'controller-101',
    'controller-102',
    'controller-103',
  ]);
});

test('kept ports are distinct and below what platforms hand out by themselves', async () => {
  const ports = await keptPorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(ports.filter((port) => port >= 15_000 && port < 32_000)).toHaveLength(20);
});

test('Kafka is left at its defaults where recovery is computed from them, and flushing is not touched at all', () => {
  const nodes = layOut(3, 3, 3).map((each, i) => ({ ...each, port: 20_000 + i, directory: 'x' }));
  const settings = nodeSettings(nodes[0]!, nodes, '/data');
  expect(settings).toMatchObject({
    'broker.session.timeout.ms': '9000',
    'broker.heartbeat.interval.ms': '2000',
    'replica.lag.time.max.ms': '30000',
    'broker.rack': 'a',
    'controller.quorum.bootstrap.servers': '127.0.0.1:20003,127.0.0.1:20004,127.0.0.1:20005',
  });
  expect(Object.keys(settings).filter((name) => /flush|fsync/.test(name))).toEqual([]);
  expect(properties({ 'log.dirs': 'C:\\data' })).toBe('log.dirs=C:\\\\data\n');
});

test('what a run would start is told without starting it, the rig before what is declared', () => {
  const topology = {
    store: 'msk',
    brokers: 5,
    zones: 3,
    controllers: 3,
    partitions: 6,
    replication_factor: 3,
    min_isr: 2,
    unclean_election: false,
  };
  const planned = plannedKafka({ store: 'msk', topology, rig: { replication_factor: 2 } } as KafkaDrill, 7);
  expect(planned.partitions.map(({ replicas }) => replicas)).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 1],
    [1, 3],
  ]);
  expect(planned).toMatchObject({ observed_at: 7, min_isr: 2, active_controller: 'controller-101', session_timeout_ms: 9_000 });
  expect(planned.members.filter(({ role }) => role === 'broker').map(({ zone }) => zone)).toEqual(['a', 'b', 'c', 'a', 'b']);
});
