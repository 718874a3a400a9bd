import { expect, test } from 'vitest';
import type { EtcdDrill } from '../../core/drill.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { type Endpoints, protocolOf, serviceUrl, targetsFor } from '../../probe/targets.ts';

const { rig: _, ...base } = auroraFailover;
const drill: EtcdDrill = {
  ...base,
  store: 'etcd',
  topology: { store: 'etcd', voters: 3, learners: 0, zones: 3 },
  fault: { kind: 'leader-kill' },
  load: { rate_hz: 100, minimum_hz: 50, pinned_hz: 20, read_hz: 40, attempt_timeout_ms: 250 },
};
const endpoints: Endpoints = {
  store: 'etcd',
  members: [
    { name: 'etcd-1', url: 'http://127.0.0.1:1' },
    { name: 'etcd-2', url: 'http://127.0.0.1:2' },
  ],
};
const all = 'etcd-1=http://127.0.0.1:1,etcd-2=http://127.0.0.1:2';

test('a witness writes and reads through all members, and asks each alone for serializable reads: half of each load', () => {
  expect(targetsFor(drill, endpoints)).toEqual([
    { name: 'writes', kind: 'service', url: all, rate_hz: 50, connections: 17 },
    { name: 'reads', kind: 'read', url: all, rate_hz: 20, connections: 9 },
    { name: 'etcd-1', kind: 'serializable', url: 'etcd-1=http://127.0.0.1:1', rate_hz: 10, connections: 7 },
    { name: 'etcd-2', kind: 'serializable', url: 'etcd-2=http://127.0.0.1:2', rate_hz: 10, connections: 7 },
  ]);
  expect(serviceUrl(endpoints)).toBe(all);
});

test('a load of nothing makes no lane', () => {
  expect(targetsFor({ ...drill, load: { ...drill.load, pinned_hz: 0 } }, endpoints).map(({ name }) => name)).toEqual(['writes', 'reads']);
});

test('the protocol carries the certificates', () => {
  const tls = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' };
  expect(protocolOf(drill, endpoints)).toEqual({ name: 'etcd' });
  expect(protocolOf(drill, { ...endpoints, tls })).toEqual({ name: 'etcd', tls });
});
