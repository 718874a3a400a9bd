import { restores } from '../etcd/restores.ts';
import { lostAt } from '../etcd/snapshot-loss.ts';
import { figure, several } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** The snapshot that was restored was no older at the loss than the drill allows. */
export const rpo: CheckRule = {
  name: 'rpo',
  kind: 'safety',
  applies: restores,
  wanted: (drill) => `at most ${figure(limitOf(drill))} s between the snapshot and the loss`,
  find: ({ drill, record, timeline }) => {
    const { restore } = record;
    if (restore === undefined) return doubt('no snapshot', 'nothing tells when one was saved');
    if (restore.refused !== null) return doubt('nothing restored', 'the snapshot was refused before anything was lost');
    const lost_at = lostAt(timeline, restore);
    if (lost_at === null) return doubt('no time of the loss', 'nothing tells until when the old members acknowledged writes');
    const limit_s = limitOf(drill);
    const age_s = (lost_at - restore.snapshot.saved_at) / 1_000;
    const uncertainty_s = record.probe.clock_uncertainty_ms / 1_000;
    const revisions = restore.revision.seen - restore.snapshot.revision;
    const got = `${figure(age_s)} s and ${several(revisions, 'revision')}`;
    if (age_s - uncertainty_s > limit_s)
      return fail(got, `the snapshot was older than the ${figure(limit_s)} s that may be lost: writes that the promise covers are gone`);
    if (age_s + uncertainty_s > limit_s) return doubt(got, `the limit of ${figure(limit_s)} s lies inside what the clocks can tell`);
    return pass(got, `what was written in the ${figure(age_s)} s after the snapshot is gone, as the promise allows`);
  },
};

function limitOf(drill: Parameters<CheckRule['wanted']>[0]): number {
  return drill.store === 'etcd' ? (drill.rpo_s ?? 0) : 0;
}
