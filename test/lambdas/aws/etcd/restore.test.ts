import { afterEach, expect, test } from 'vitest';
import { type ACluster, now, side } from './a-cluster.ts';
import { lines, members, restored, row } from './a-fault.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function made(change?: (told: ACluster) => void) {
  const store = await side(change);
  open = store;
  return store;
}

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
  [
    'a member that lacks keys',
    (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 68, sha256: 'other' }) }),
    { keys_missing: 2 },
  ],
  ['a key that changed', (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 70, sha256: 'other' }) }), { keys_missing: 1 }],
  [
    'a member that does not tell its keys',
    (told) => (told.commands.Verify!['i-2'] = { stdout: '' }),
    { keys_missing: null, cluster_id: { before: 'cdf818194e3a8c32', after: null } },
  ],
  [
    'a member that never came back',
    (told) => (told.commands.Start!['i-3'] = { status: 'Failed', stdout: '' }),
    { ended_at: null, first_write_at: now + 50_001 },
  ],
  [
    'members of two clusters',
    (told) => (told.commands.Verify!['i-2'] = { stdout: lines({ keys: 70, sha256: 'same', cluster_id: 254 }) }),
    { cluster_id: { before: 'cdf818194e3a8c32', after: 'ff, fe' } },
  ],
  [
    'a snapshot that is no backup',
    (told) => {
      told.commands.Prove!['i-2'] = {
        status: 'Failed',
        code: 4,
        stderr: 'noise\nrefused: the snapshot with sha256 abc does not restore\n',
      };
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
