import { FisClient } from '@aws-sdk/client-fis';
import { afterEach, expect, test } from 'vitest';
import { fisExperiments } from '../../../lambdas/aws/fis.ts';
import { type Answer, type Call, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function fis(answer: (call: Call, nth: number) => Answer) {
  const api = await loopbackApi(answer);
  open = api;
  return { calls: api.calls, faults: fisExperiments(new FisClient(api.client)) };
}

const experiment = (over: object = {}) => ({
  id: 'EXP1',
  experimentTemplateId: 'EXT1',
  tags: { run: 'r1' },
  state: { status: 'running', reason: 'because' },
  startTime: 1000.25,
  targets: { Clusters: { resourceArns: ['arn:declared'] }, Others: { resourceArns: ['arn:other'] } },
  actions: {
    failover: {
      actionId: 'aws:rds:failover-db-cluster',
      targets: { Clusters: 'Clusters' },
      state: { status: 'completed' },
      startTime: 1001,
      endTime: 1002.5,
    },
    pause: { actionId: 'aws:fis:wait', state: { status: 'pending' } },
  },
  ...over,
});

/** Answers GetExperiment and its resolved targets. */
const oneExperiment =
  (over: object = {}, targets: object[] = []) =>
  (call: Call): Answer => ({
    body: call.path.endsWith('resolvedTargets') ? { resolvedTargets: targets } : { experiment: experiment(over) },
  });

test('times are milliseconds, and an action says what it resolved', async () => {
  const resolved = [{ targetName: 'Clusters', targetInformation: { arn: 'arn:aws:rds:eu-west-1:1:cluster:c', note: 'x' } }];
  const { faults } = await fis(oneExperiment({}, resolved));
  expect(await faults.get('EXP1')).toEqual({
    id: 'EXP1',
    template: 'EXT1',
    tags: { run: 'r1' },
    status: 'running',
    reason: 'because',
    start_at: 1_000_250,
    end_at: null,
    actions: [
      { name: 'failover', status: 'completed', start_at: 1_001_000, end_at: 1_002_500, targets: ['arn:aws:rds:eu-west-1:1:cluster:c'] },
      { name: 'pause', status: 'pending', start_at: null, end_at: null, targets: [] },
    ],
  });
});

test('before the targets are resolved the declared ones stand', async () => {
  const { faults } = await fis(oneExperiment());
  expect((await faults.get('EXP1'))?.actions.map((action) => action.targets)).toEqual([['arn:declared'], []]);
});

test.each(['pending', 'initiating', 'running', 'completed', 'stopping', 'stopped', 'failed', 'cancelled', 'paused-by-mars'])(
  'the status %s comes through as it is',
  async (status) => {
    const { faults } = await fis(oneExperiment({ state: { status } }));
    expect(await faults.get('EXP1')).toMatchObject({ status, reason: '' });
  },
);

test('a missing status is unknown, never completed', async () => {
  const { faults } = await fis(oneExperiment({ state: undefined }));
  expect((await faults.get('EXP1'))?.status).toBe('unknown');
});

test('an experiment that does not exist is undefined; one that may not be read throws', async () => {
  const gone = await fis(() => ({ error: 'ResourceNotFoundException', status: 404 }));
  expect(await gone.faults.get('EXP1')).toBeUndefined();
  await open?.close();
  const denied = await fis(() => ({ error: 'AccessDeniedException', status: 403 }));
  await expect(denied.faults.get('EXP1')).rejects.toThrow();
});

test('find reads every page, and takes only this template with this run', async () => {
  const listed = (id: string, template: string, run: string) => ({ id, experimentTemplateId: template, tags: { run } });
  const { faults, calls } = await fis((call) => {
    if (call.path !== '/experiments') return oneExperiment({ id: call.path.split('/')[2] })(call);
    return call.query.get('nextToken') === 'two'
      ? { body: { experiments: [listed('EXP4', 'EXT1', 'r1'), { id: 'EXP5', experimentTemplateId: 'EXT1' }] } }
      : {
          body: {
            experiments: [listed('EXP1', 'EXT1', 'r1'), listed('EXP2', 'EXT2', 'r1'), listed('EXP3', 'EXT1', 'r2')],
            nextToken: 'two',
          },
        };
  });
  expect((await faults.find('EXT1', 'r1')).map((each) => each.id)).toEqual(['EXP1', 'EXP4']);
  expect(calls.filter((call) => call.path === '/experiments')).toHaveLength(2);
});

test('stop asks for it by id', async () => {
  const { faults, calls } = await fis(oneExperiment());
  await faults.stop('EXP1');
  expect(calls.map((call) => `${call.method} ${call.path}`)).toEqual(['DELETE /experiments/EXP1']);
});

test('a refused stop is fine when the experiment has ended, and an error while it runs', async () => {
  const refusing = (status: string) => (call: Call) =>
    call.method === 'DELETE' ? { error: 'ValidationException' } : oneExperiment({ state: { status } })(call);
  const ended = await fis(refusing('stopped'));
  await expect(ended.faults.stop('EXP1')).resolves.toBeUndefined();
  await open?.close();
  const running = await fis(refusing('running'));
  await expect(running.faults.stop('EXP1')).rejects.toMatchObject({ name: 'ValidationException' });
});
