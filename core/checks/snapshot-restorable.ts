import { restores } from '../etcd/restores.ts';
import { several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** What etcd's own tool says goes on for hundreds of letters. */
const most_letters = 200;

/** The snapshot restores into a throw-away folder, which is tried before anything live is touched. */
export const snapshotRestorable: CheckRule = {
  name: 'snapshot-restorable',
  kind: 'safety',
  applies: restores,
  wanted: () => 'the snapshot restores into a throw-away folder, its hash as it was saved',
  find: ({ record }) => {
    const { restore } = record;
    if (restore === undefined) return doubt('no snapshot', 'nothing tells that one was saved');
    const { sha256, keys } = restore.snapshot;
    if (restore.refused !== null)
      return fail(
        `sha256 ${sha256.slice(0, 16)} refused: ${restore.refused.slice(0, most_letters)}`,
        touched(record.events)
          ? 'the backup is no backup, and members were lost all the same'
          : 'the backup is no backup; nothing live was touched',
      );
    if (restore.started_at === null) return doubt('not tried', 'nothing tells that the snapshot was restored into a throw-away folder');
    return pass(
      `sha256 ${sha256.slice(0, 16)}, ${several(keys, 'key')}`,
      'it was restored into a throw-away folder before anything live was touched',
    );
  },
};

function touched(events: { what: string }[]): boolean {
  return events.some(({ what }) => what === 'member-lost');
}
