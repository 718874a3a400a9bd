import { restores } from '../etcd/restores.ts';
import type { Record, Restore } from '../record.ts';
import { byName, several } from '../words.ts';
import { type CheckRule, doubt, type Finding, fail, pass } from './check.ts';

/** The restored cluster is a new one, whose members hold the same, and all of the snapshot. */
export const restoreVerified: CheckRule = {
  name: 'restore-verified',
  kind: 'safety',
  applies: restores,
  wanted: () => 'all members hold the same, no key of the snapshot missing, a new cluster id, and a first write acknowledged',
  find: ({ record }) => {
    const { restore } = record;
    if (restore === undefined) return doubt('no snapshot', 'nothing tells that one was restored');
    if (restore.refused !== null) return doubt('nothing restored', 'the snapshot was refused before anything was lost');
    if (restore.started_at === null) return doubt('nothing restored', 'the restore never began');
    if (restore.ended_at === null) return fail('the restore did not end', 'the members are gone and nothing came back');
    return sameData(record, restore) ?? newCluster(restore) ?? missing(restore) ?? verified(restore);
  },
};

function sameData({ topology }: Record, { hashes }: Restore): Finding | null {
  const kinds = new Set(hashes.map(({ hash }) => hash)).size;
  if (kinds > 1)
    return fail(
      hashes.map(({ member, hash }) => `${member} ${hash.slice(0, 12)}`).join(', '),
      'members of one cluster hold different data',
    );
  // A learner copies what a voter has, and no write waits for it.
  const voters = (topology?.members ?? []).filter(({ role }) => role === 'voter').map(({ name }) => name);
  const unseen = voters.filter((name) => !hashes.some(({ member }) => member === name));
  if (kinds === 0 || unseen.length > 0)
    return doubt(`no hash of ${unseen.sort(byName).join(', ') || 'any member'}`, 'a member that was not asked may hold something else');
  return null;
}

/** With the old id a member that was left out could come back with its old data. */
function newCluster({ cluster_id: { before, after } }: Restore): Finding | null {
  if (after === null) return doubt('no cluster id', 'nothing tells whether the restored cluster is a new one');
  return after === before ? fail(`cluster ${after} as before`, 'a member with the old data could join it') : null;
}

function missing({ keys_missing, snapshot }: Restore): Finding | null {
  if (keys_missing === null) return doubt('keys not compared', 'nothing tells whether every key of the snapshot came back');
  return keys_missing > 0
    ? fail(`${several(keys_missing, 'key')} of ${snapshot.keys} missing`, 'the restored cluster lacks what the snapshot holds')
    : null;
}

function verified({ hashes, snapshot, cluster_id, first_write_at }: Restore): Finding {
  if (first_write_at === null) return doubt('no first write', 'nothing tells that the restored cluster takes writes');
  return pass(
    `${several(hashes.length, 'member')} alike, ${several(snapshot.keys, 'key')}, cluster ${cluster_id.after}`,
    'the restored cluster holds the snapshot, the same on every member, and takes writes',
  );
}
