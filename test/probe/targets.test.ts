import { expect, test } from 'vitest';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { segmentFor, targetsFor } from '../../probe/targets.ts';

const endpoints = {
  store: 'aurora' as const,
  writer: 'postgres://writer',
  copies: [
    { name: 'pg-1', url: 'postgres://one' },
    { name: 'pg-2', url: 'postgres://two' },
  ],
};
const load = { rate_hz: 200, minimum_hz: 100, pinned_hz: 10, read_hz: 20, attempt_timeout_ms: 250 };
const drill = { ...auroraFailover, load };

test('each witness does half of every load: writes and reads through the endpoint, and writes on every copy', () => {
  expect(targetsFor(drill, endpoints).map(({ name, kind, url, rate_hz }) => [name, kind, url, rate_hz])).toEqual([
    ['writer', 'service', 'postgres://writer', 100],
    ['reads', 'read', 'postgres://writer', 10],
    ['pg-1', 'pinned', 'postgres://one', 5],
    ['pg-2', 'pinned', 'postgres://two', 5],
  ]);
});

test('a lane may have more attempts hanging than are begun within the attempt timeout', () => {
  for (const target of targetsFor(drill, endpoints))
    expect(target.connections * 1000).toBeGreaterThan(target.rate_hz * load.attempt_timeout_ms);
});

test('a load of nothing makes no lane', () => {
  expect(targetsFor({ ...drill, load: { ...load, read_hz: 0 } }, endpoints).map(({ name }) => name)).toEqual(['writer', 'pg-1', 'pg-2']);
});

test('a segment is what its order and drill say', () => {
  const order = { run: 'r', drill: auroraFailover, witness: 'odd' as const, segment: 3, stop_at: 99 };
  expect(segmentFor(order, endpoints)).toMatchObject({
    run: 'r',
    witness: 'odd',
    segment: 3,
    stop_at: 99,
    protocol: { name: 'postgres' },
    attempt_timeout_ms: 250,
  });
});
