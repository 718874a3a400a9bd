import { afterEach, describe, expect, test } from 'vitest';
import type { Experiment, RunRow } from '../../../../lambdas/tools.ts';
import { type ACluster, at_s, now, operationArn, side } from './a-cluster.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

const experiment = (status: string): Experiment => ({
  id: 'EXP1',
  template: 'EXT1',
  tags: { run: 'r1' },
  status,
  reason: '',
  start_at: now - 700_000,
  end_at: now - 690_000,
  actions: [{ name: 'restart', status, start_at: now - 699_000, end_at: now - 690_000, targets: [] }],
});

const restart =
  (state: string, end_s: number | null, more: object = {}) =>
  (told: ACluster) => {
    told.receipts['r1/1'] = { victim: 'broker-10', operation: operationArn('1') };
    told.operations = [
      {
        operationArn: operationArn('1'),
        operationType: 'REBOOT_NODE',
        operationState: state,
        startTime: at_s(-695),
        ...(end_s === null ? {} : { endTime: at_s(end_s) }),
        ...more,
      },
    ];
  };

async function followed(change: ((told: ACluster) => void) | undefined, status: string, token = 'r1/1'): Promise<Experiment> {
  const made = await side(change);
  open = made;
  if (made.store.follow === undefined) throw new Error('this store follows its experiments');
  return made.store.follow(experiment(status), token);
}

describe('an experiment whose Automation has ended', () => {
  test.each<[string, number | null, string]>([
    ['PENDING', null, 'running'],
    ['UPDATE_IN_PROGRESS', null, 'running'],
    ['SOMETHING_NEW', null, 'running'],
    ['REBOOT_COMPLETE', -100, 'completed'],
    ['UPDATE_COMPLETE', -100, 'completed'],
    ['REBOOT_FAILED', -100, 'failed'],
    ['SOMETHING_NEW', -100, 'unknown'],
  ])('is, while the operation is %s and ended at %j s, %s', async (state, end_s, status) => {
    const seen = await followed(restart(state, end_s), 'completed');
    const end_at = end_s === null ? null : now + end_s * 1_000;
    expect(seen).toMatchObject({ status, end_at, start_at: now - 700_000, reason: `MSK's operation REBOOT_NODE is ${state}` });
    expect(seen.actions).toEqual([{ name: 'restart', status, start_at: now - 695_000, end_at, targets: ['broker-10'] }]);
  });

  test('says what MSK says of a failure', async () => {
    const seen = await followed(restart('REBOOT_FAILED', -1, { errorInfo: { errorCode: 'E1', errorString: 'no capacity' } }), 'completed');
    expect(seen.reason).toBe("MSK's operation REBOOT_NODE is REBOOT_FAILED: E1: no capacity");
  });

  test('hit nobody without a receipt of its own step', async () => {
    expect(await followed(undefined, 'completed')).toEqual(experiment('completed'));
    await open?.close();
    expect(await followed(restart('REBOOT_COMPLETE', -1), 'completed', 'r1/10')).toEqual(experiment('completed'));
  });

  test('is doubt while its operation cannot be read', async () => {
    const lost = (told: ACluster) => {
      restart('REBOOT_COMPLETE', -1)(told);
      told.operations = [];
    };
    await expect(followed(lost, 'completed')).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

test.each(['running', 'stopped', 'failed', 'cancelled'])('one that is %s stays so, with the broker that it hit', async (status) => {
  const seen = await followed(restart('REBOOT_COMPLETE', -1), status);
  expect(seen).toEqual({ ...experiment(status), actions: [{ ...experiment(status).actions[0], targets: ['broker-10'] }] });
});

describe('events', () => {
  const row = (...tokens: string[]) => ({ steps: tokens.map((token) => ({ token })) }) as RunRow;

  async function events(change: ((told: ACluster) => void) | undefined, ...tokens: string[]) {
    const made = await side(change);
    open = made;
    return (await made.store.events(row(...tokens))).map(({ at, what, who }) => [at - now, what, who]);
  }

  test("are MSK's own window, oldest first, and the loss only where the restart is complete", async () => {
    expect(await events(restart('REBOOT_COMPLETE', -100), 'r1/1', 'r1/2')).toEqual([
      [-695_000, 'fault-started', 'broker-10'],
      [-695_000, 'member-lost', 'broker-10'],
      [-100_000, 'member-back', 'broker-10'],
    ]);
  });

  test.each(['REBOOT_FAILED', 'SOMETHING_NEW'])('after %s nobody is said to be lost', async (state) => {
    expect(await events(restart(state, -100), 'r1/1')).toEqual([[-695_000, 'fault-started', 'broker-10']]);
  });

  test('nothing began, nothing happened', async () => expect(await events(undefined, 'r1/1')).toEqual([]));
});

test('a restart cannot be taken back: undoing it resolves without a call', async () => {
  const made = await side();
  open = made;
  await made.store.undo(row_of_nothing);
  expect(made.calls).toEqual([]);
});

const row_of_nothing = { steps: [] } as unknown as RunRow;
