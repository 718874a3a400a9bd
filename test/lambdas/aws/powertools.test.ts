import { afterEach, expect, test, vi } from 'vitest';
import { heartbeats, logged } from '../../../lambdas/aws/powertools.ts';
import type { Beat } from '../../../probe/contract.ts';

/** What was written to the function's log, line by line; both libraries write JSON to the console's own streams. */
function written(): { [field: string]: unknown }[] {
  const calls = [...stdout.mock.calls, ...stderr.mock.calls].map(([chunk]) => String(chunk));
  return calls.flatMap((text) => text.split('\n')).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

const stdout = vi.spyOn(globalThis.process.stdout, 'write').mockReturnValue(true);
const stderr = vi.spyOn(globalThis.process.stderr, 'write').mockReturnValue(true);
afterEach(() => {
  stdout.mockClear();
  stderr.mockClear();
});

test('a line says how a task ended, under the names of task and run', async () => {
  const handler = logged('Claim', async () => ({ status: 'claimed' }));
  expect(await handler({ run: 'run-1' })).toEqual({ status: 'claimed' });
  expect(written()).toContainEqual(
    expect.objectContaining({ message: 'ended', task: 'Claim', run: 'run-1', result: '{"status":"claimed"}' }),
  );
});

test('a task that fails is logged with its error, which is thrown on as it was', async () => {
  const error = new Error('no table');
  const handler = logged('Claim', () => Promise.reject(error));
  await expect(handler({})).rejects.toBe(error);
  expect(written()).toContainEqual(
    expect.objectContaining({
      message: 'failed',
      level: 'ERROR',
      task: 'Claim',
      run: 'none',
      error: expect.objectContaining({ message: 'no table' }),
    }),
  );
});

test('a heartbeat is a metric of one second, by store', () => {
  const lane = { lane: 'p0#0', acked: 10, acked_hz: 5, last_ok_at: 1, healthy_since: 1, last_not_ok_at: null, not_ok: 0, server: null };
  const beat: Beat = { at: 1, witness: 'odd', segment: 1, service: [lane, { ...lane, lane: 'p1#1', acked_hz: 2.5 }], longest_stall_ms: 0 };
  heartbeats()('orders-kafka', beat);
  const [line] = written();
  expect(line).toMatchObject({ store: 'orders-kafka', witness: 'odd', Heartbeat: 1, AckedPerSecond: 7.5 });
  const { CloudWatchMetrics } = line!._aws as { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: object[] }[] };
  expect(CloudWatchMetrics[0]).toMatchObject({
    Namespace: 'QuorumDrills',
    Metrics: [
      { Name: 'Heartbeat', Unit: 'Count', StorageResolution: 1 },
      { Name: 'AckedPerSecond', Unit: 'Count/Second', StorageResolution: 1 },
    ],
  });
  expect(CloudWatchMetrics[0]!.Dimensions.flat().sort()).toEqual(['service', 'store']);
});
