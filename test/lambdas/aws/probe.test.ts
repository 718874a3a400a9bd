import { expect, test } from 'vitest';
import { encodeRuns } from '../../../core/run-lengths.ts';
import type { OpenDriver } from '../../../lambdas/aws/drivers/open.ts';
import { awsProbe, withoutDriver } from '../../../lambdas/aws/probe.ts';
import type { Beat } from '../../../probe/contract.ts';
import { probeConformance } from '../tools-conformance.ts';
import { drillNamed } from './a-suite.ts';

const drill = drillNamed('aurora-zone-loss');

/** A store that takes every write at once, and holds what it took. */
function aStore() {
  const held = new Map<string, number>();
  const opened: unknown[] = [];
  const open: OpenDriver = async (protocol, run, clock, credentials) => {
    opened.push({ protocol: protocol.name, run, credentials });
    return {
      open: (lane) => ({
        attempt: async (n) => {
          held.set(lane, n + 1);
          return { outcome: 'ok', sent_at: clock.now(), done_at: clock.now() };
        },
        close: async () => undefined,
      }),
      readback: async (_url, _run, lanes) =>
        lanes.map(({ lane, count }) => ({
          lane,
          present: encodeRuns([{ letter: 'p', count: Math.min(count, held.get(lane) ?? 0) }]),
          duplicated: 0,
          reordered: 0,
        })),
    };
  };
  return { open, opened };
}

const endpoints = async () => ({
  endpoints: { store: 'aurora' as const, writer: 'postgres://w', copies: [{ name: 'db-1', url: 'postgres://1' }] },
  credentials: { postgres: { password: () => 'token' } },
});

const alarm = () => 'drills-orders-heartbeat';

probeConformance('inside a function', () => ({
  probe: awsProbe({ open: aStore().open, endpoints, pulse: () => undefined, alarm }),
  drill,
  run: 'run-1',
  now: () => Date.now(),
  during: (work) => work,
}));

test('each heartbeat is a pulse, sent though nobody answers it, and the driver is given the credentials of its target', async () => {
  const { open, opened } = aStore();
  const pulses: Beat[] = [];
  const probe = awsProbe({ open, endpoints, pulse: (of, beat) => pulses.push({ ...beat, lane: of.name } as Beat), alarm });
  const order = { run: 'run-1', drill, witness: 'even' as const, segment: 0, stop_at: Date.now() + 2_500 };
  const result = await probe.watch(order, { beat: () => Promise.reject(new Error('no table')), checkpoint: async () => undefined });
  expect(pulses.length).toBeGreaterThanOrEqual(2);
  expect(pulses[0]).toMatchObject({ witness: 'even', segment: 0, lane: drill.name });
  expect(result.record.peak_rss_bytes).toBeGreaterThan(10_000_000);
  expect(opened).toMatchObject([{ protocol: 'postgres', run: 'run-1', credentials: { postgres: { password: expect.any(Function) } } }]);
});

test('a function that carries no driver says whose it is not', async () => {
  await expect(withoutDriver.readback('run-1', drill, [])).rejects.toThrow(/got a function without a driver/);
});
