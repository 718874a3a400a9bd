import { afterEach, expect, test } from 'vitest';
import type { EtcdTarget } from '../../../../drills/target.ts';
import type { Experiment } from '../../../../lambdas/tools.ts';
import { type ACluster, now, side } from './a-cluster.ts';
import { killed, lines, restored, row } from './a-fault.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function made(change?: (told: ACluster) => void, over?: Partial<EtcdTarget>) {
  const store = await side(change, over);
  open = store;
  return store;
}

const experiment: Experiment = {
  id: 'EXP1',
  template: 'EXT1',
  tags: {},
  status: 'completed',
  reason: '',
  start_at: now,
  end_at: now + 9_000,
  actions: [{ name: 'lose', status: 'completed', start_at: now, end_at: now + 9_000, targets: [] }],
};

test('whom an experiment hit is what the hosts say that they did', async () => {
  const { store } = await made(killed);
  expect(await store.follow?.(experiment, 'run-1/1')).toEqual({
    ...experiment,
    actions: [{ ...experiment.actions[0], targets: ['etcd-2'] }],
  });
});

test.each<[string, (told: ACluster) => void]>([
  ['no receipt', () => {}],
  ['a command that was never sent', (told) => (told.receipts['run-1/1'] = 'automation-1')],
  [
    'a victim that no host is',
    (told) => {
      killed(told);
      told.commands.kill!['i-2'] = { stdout: 'untouched=etcd-2\n' };
    },
  ],
  [
    'a host that refused before it killed',
    (told) => {
      killed(told);
      told.commands.kill!['i-2'] = { status: 'Failed', code: 3, stderr: 'refused: several processes of etcd run on i-2\n' };
    },
  ],
])('with %s it hit nobody, and there are no events', async (_, change) => {
  const { store } = await made(change);
  const { actions } = (await store.follow?.(experiment, 'run-1/1')) ?? experiment;
  expect(actions[0]?.targets).toEqual([]);
  expect(await store.events(row)).toEqual([]);
});

test('the loss of a leader by the clock of its host', async () => {
  const { store } = await made(killed);
  expect((await store.events(row)).map(({ at, what, who }) => [at - now, what, who])).toEqual([
    [100, 'fault-started', 'etcd-2'],
    [104, 'member-lost', 'etcd-2'],
    [104, 'fault-confirmed', 'etcd-2'],
  ]);
  expect(await store.restore?.(row)).toBeNull();
});

test('a kill that nobody confirms is not confirmed', async () => {
  const { store } = await made((told) => {
    killed(told);
    told.commands.kill!['i-2'] = { status: 'TimedOut', stdout: lines({ from_ms: now + 100 }) };
  });
  expect((await store.events(row)).map(({ what }) => what)).toEqual(['fault-started']);
});

const sentIn = (calls: { operation: string; body: object }[]) =>
  calls.filter(({ operation }) => operation === 'SendCommand').map(({ body }) => body);

test.each<[string, (told: ACluster) => void, 'old' | 'new']>([
  ['killed', killed, 'old'],
  ['restored', restored, 'new'],
  [
    'lost and not restored',
    (told) => {
      restored(told);
      told.automation = { status: 'Failed', steps: { ...told.automation.steps, Start: { began: false }, Verify: { began: false } } };
    },
    'old',
  ],
])('members that were %s start again with their %s data, all alike, and the snapshot goes', async (_, change, data) => {
  const { store, calls } = await made(change);
  await store.undo(row);
  expect(sentIn(calls)).toEqual(
    ['i-1', 'i-2', 'i-3'].map((instance) =>
      expect.objectContaining({ DocumentName: 'quorum-control-undo', InstanceIds: [instance], Parameters: { with: [data] } }),
    ),
  );
  const deleted = calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(deleted.sort()).toEqual(
    ['key.sealed', 'snapshot.sealed', 'snapshot.sealed.manifest'].map((file) => `/snapshots/automation-1/${file}`),
  );
});

test('nothing is undone where no Automation took a victim', async () => {
  const { store, calls } = await made();
  await store.undo(row);
  expect(calls.map(({ operation }) => operation)).toEqual(['GetItem']);
});

test('a target without snapshots has none to delete', async () => {
  const { store, calls } = await made(killed, { snapshots: null });
  await store.undo(row);
  expect(calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test.each<[string, (told: ACluster) => void, string]>([
  [
    'the Automation may still act',
    (told) => (told.automation.status = 'Cancelling'),
    'automation automation-1: got one that may still act',
  ],
  ['a host does not answer', (told) => (told.undo['i-3'] = null), 'i-3 late'],
  ['a host has no agent that is registered', (told) => (told.unregistered = ['i-3']), 'i-3 unreachable'],
  [
    'a script refuses',
    (told) => (told.undo['i-2'] = { status: 'Failed', code: 3, stderr: 'refused: another script is still at work here\n' }),
    'i-2 Failed: another script is still at work here',
  ],
])('undoing fails while %s, and keeps the snapshot', async (_, change, message) => {
  const { store, calls } = await made((told) => {
    restored(told);
    change(told);
  });
  await expect(store.undo(row)).rejects.toThrow(message);
  expect(calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
});
