import { afterEach, expect, test } from 'vitest';
import type { Experiment, RunRow } from '../../../../lambdas/tools.ts';
import type { EtcdTarget } from '../../../../drills/target.ts';
import { type ACluster, now, side } from './a-cluster.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function made(change?: (told: ACluster) => void, over?: Partial<EtcdTarget>) {
  const store = await side(change, over);
  open = store;
  return store;
}

const row = { steps: [{ token: 'run-1/1' }] } as RunRow;
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

const lines = (values: object) => Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join('');

/** The leader was killed on the second instance; the others did nothing. */
function killed(told: ACluster) {
  told.receipts['run-1/1'] = 'automation-1';
  told.automation.steps.Lose = { command: 'kill' };
  told.commands.kill = {
    'i-1': { stdout: 'untouched=etcd-1\n' },
    'i-2': { stdout: lines({ from_ms: now + 100, gone_ms: now + 104, hit: 'etcd-2' }) },
    'i-3': { stdout: 'untouched=etcd-3\n' },
  };
}

const members = [1, 2, 3];
const onAll = (values: (i: number) => object) => Object.fromEntries(members.map((i) => [`i-${i}`, { stdout: lines(values(i)) }]));

/** All were restored, the phases one after another. */
function restored(told: ACluster) {
  told.receipts['run-1/1'] = 'automation-1';
  for (const step of ['Save', 'Prove', 'Lose', 'Restore', 'Start', 'Verify']) told.automation.steps[step] = { command: step };
  told.commands = {
    Save: {
      'i-1': {
        stdout: lines({
          cluster_id: '14841639068965178418',
          saved_at_ms: now,
          sha256: 'abc',
          bytes: 20_512,
          revision: 900,
          held_keys: 70,
          held_sha256: 'same',
        }),
      },
    },
    Prove: onAll(() => ({ restores: 'yes' })),
    Lose: onAll((i) => ({ revision: 930 + i, from_ms: now + 30_000 + i, gone_ms: now + 30_010 + i, hit: `etcd-${i}` })),
    Restore: onAll((i) => ({ began_ms: now + 40_000 + i, revision: 1_000_000_900 })),
    Start: onAll((i) => ({ first_write_ms: now + 50_000 + i, healthy_ms: now + 51_000 + i })),
    Verify: onAll(() => ({ began_at_revision: 1_000_000_900, cluster_id: '255', keys: 70, sha256: 'same' })),
  };
}

test('whom an experiment hit is what the hosts say that they did', async () => {
  const { store } = await made(killed);
  expect(await store.follow?.(experiment, 'run-1/1')).toEqual({ ...experiment, actions: [{ ...experiment.actions[0], targets: ['etcd-2'] }] });
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

test('a restore from its phases: hashes and counts, and every time by the host that has it', async () => {
  const { store } = await made(restored);
  expect(await store.restore?.(row)).toEqual({
    snapshot: { sha256: 'abc', bytes: 20_512, keys: 70, revision: 900, saved_at: now },
    refused: null,
    started_at: now + 40_001,
    ended_at: now + 51_003,
    first_write_at: now + 50_001,
    cluster_id: { before: 'cdf818194e3a8c32', after: 'ff' },
    revision: { seen: 933, after: 1_000_000_900 },
    hashes: members.map((i) => ({ member: `etcd-${i}`, hash: 'same' })),
    keys_missing: 0,
  });
  expect((await store.events(row)).map(({ at, what, who }) => [at - now, what, who])).toEqual([
    [30_001, 'fault-started', 'etcd-1, etcd-2, etcd-3'],
    ...members.map((i) => [30_010 + i, 'member-lost', `etcd-${i}`]),
    [30_013, 'fault-confirmed', 'etcd-1, etcd-2, etcd-3'],
    [40_001, 'fault-ended', 'etcd-1, etcd-2, etcd-3'],
    ...members.map((i) => [51_000 + i, 'member-back', `etcd-${i}`]),
  ]);
});

test.each<[string, (told: ACluster) => void, object]>([
  ['a member that lacks keys', (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 68, sha256: 'other' }) }), { keys_missing: 2 }],
  ['a key that changed', (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 70, sha256: 'other' }) }), { keys_missing: 1 }],
  ['a member that does not tell its keys', (told) => (told.commands.Verify!['i-2'] = { stdout: '' }), { keys_missing: null, cluster_id: { before: 'cdf818194e3a8c32', after: null } }],
  ['a member that never came back', (told) => (told.commands.Start!['i-3'] = { status: 'Failed', stdout: '' }), { ended_at: null, first_write_at: now + 50_001 }],
  [
    'members of two clusters',
    (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 70, sha256: 'same', cluster_id: 254 }) }),
    { cluster_id: { before: 'cdf818194e3a8c32', after: 'ff, fe' } },
  ],
  [
    'a snapshot that is no backup',
    (told) => {
      told.commands.Prove!['i-2'] = { status: 'Failed', code: 4, stderr: 'noise\nrefused: the snapshot with sha256 abc does not restore\n' };
      for (const step of ['Lose', 'Restore', 'Start', 'Verify']) told.automation.steps[step] = { began: false };
    },
    { refused: 'the snapshot with sha256 abc does not restore', started_at: null, keys_missing: null, hashes: [] },
  ],
  [
    'a host without a tool, which says nothing about the backup',
    (told) => (told.commands.Prove!['i-2'] = { status: 'Failed', code: 3, stderr: 'refused: no aws on i-2\n' }),
    { refused: null },
  ],
])('%s', async (_, change, wanted) => {
  const { store } = await made((told) => {
    restored(told);
    change(told);
  });
  expect(await store.restore?.(row)).toMatchObject(wanted);
});

test('nothing saved is no restore', async () => {
  const { store } = await made((told) => {
    restored(told);
    told.commands.Save!['i-1'] = { status: 'Failed', code: 3, stderr: 'refused: no key\n' };
  });
  expect(await store.restore?.(row)).toBeNull();
});

const sentIn = (calls: { operation: string; body: object }[]) => calls.filter(({ operation }) => operation === 'SendCommand').map(({ body }) => body);

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
  expect(sentIn(calls)).toEqual([
    expect.objectContaining({ DocumentName: 'quorum-control-undo', InstanceIds: ['i-1', 'i-2', 'i-3'], Parameters: { with: [data] } }),
  ]);
  const deleted = calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(deleted.sort()).toEqual(['key.sealed', 'snapshot.sealed', 'snapshot.sealed.manifest'].map((file) => `/snapshots/automation-1/${file}`));
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
  ['the Automation may still act', (told) => (told.automation.status = 'Cancelling'), 'automation automation-1: got one that may still act'],
  ['a host does not answer', (told) => (told.undo['i-3'] = null), 'i-3 late'],
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
