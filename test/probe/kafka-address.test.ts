import { expect, test } from 'vitest';
import { bootstrapOf } from '../../probe/kafka/address.ts';
import { kafkaDriver } from '../../probe/kafka.ts';

test('brokers to begin with, in their order', () => {
  expect(bootstrapOf('kafka://one:9092,127.0.0.1:1,[::1]:65535')).toEqual([
    { host: 'one', port: 9092 },
    { host: '127.0.0.1', port: 1 },
    { host: '::1', port: 65_535 },
  ]);
});

test.each([
  ['postgres://user:secret@host:1/x', 'another kind of text'],
  ['kafka://', 'no host and port in place 1'],
  ['kafka://one:9092,two', 'no host and port in place 2'],
  ['kafka://one:0', 'no host and port in place 1'],
  ['kafka://one:65536', 'no host and port in place 1'],
])('%s is refused, and not repeated', (url, why) => {
  const refused = () => bootstrapOf(url);
  expect(refused).toThrow(why);
  expect(refused).not.toThrow('secret');
});

const clock = { now: () => 0, sleep: async () => undefined };

test('an idempotent client has acks all', () => {
  const client = { acks: '1' as const, idempotent: true, record_bytes: 100 };
  expect(() => kafkaDriver('run', { name: 'kafka', topic: 't', client }, clock)).toThrow('idempotent with acks 1');
});

test('a lane has a partition', () => {
  const client = { acks: 'all' as const, idempotent: false, record_bytes: 100 };
  const target = { name: 'p0', kind: 'service' as const, url: 'kafka://one:1', rate_hz: 1, connections: 1 };
  expect(() => kafkaDriver('run', { name: 'kafka', topic: 't', client }, clock).open('p0#1', target, 100)).toThrow(
    'target p0: got no partition',
  );
});
