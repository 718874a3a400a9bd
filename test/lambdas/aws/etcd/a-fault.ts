import type { RunRow } from '../../../../lambdas/tools.ts';
import { type ACluster, now } from './a-cluster.ts';

/** The one step of a run, under whose token its Automation left a receipt. */
export const row = { steps: [{ token: 'run-1/1' }] } as RunRow;

/** What a script prints. */
export const lines = (values: object) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** The leader was killed on the second instance; the others did nothing. */
export function killed(told: ACluster) {
  told.receipts['run-1/1'] = 'automation-1';
  told.automation.steps.Lose = { command: 'kill' };
  told.commands.kill = {
    'i-1': { stdout: 'untouched=etcd-1\n' },
    'i-2': { stdout: lines({ from_ms: now + 100, gone_ms: now + 104, hit: 'etcd-2' }) },
    'i-3': { stdout: 'untouched=etcd-3\n' },
  };
}

export const members = [1, 2, 3];
const onAll = (values: (i: number) => object) => Object.fromEntries(members.map((i) => [`i-${i}`, { stdout: lines(values(i)) }]));

/** All were restored, the phases one after another. */
export function restored(told: ACluster) {
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
