import type { Evidence } from '../evidence.ts';
import type { RestoreReport } from '../report.ts';
import { figure } from '../words.ts';
import { expectRestore } from './expectation.ts';
import { staleSerializable } from './reads.ts';
import { lostAt } from './snapshot-loss.ts';

/** What a snapshot and its restore come to; null where there was none. */
export function restoreReport({ drill, record, timeline, recovery }: Evidence): RestoreReport | null {
  const { restore, topology } = record;
  if (drill.store !== 'etcd' || restore === undefined || topology?.store !== 'etcd') return null;
  const { lo_ms, hi_ms } = expectRestore(drill, topology, { ...restore, bytes: restore.snapshot.bytes });
  const lost_at = restore.refused === null ? lostAt(timeline, restore) : null;
  const { saved_at: _, ...snapshot } = restore.snapshot;
  return {
    snapshot,
    refused: restore.refused,
    rto: restore.refused === null ? recovery : null,
    predicted: { lo_ms, hi_ms },
    rpo: {
      limit_s: drill.rpo_s ?? 0,
      age_s: lost_at === null ? null : (lost_at - restore.snapshot.saved_at) / 1_000,
      revisions: restore.refused === null ? restore.revision.seen - restore.snapshot.revision : null,
    },
    verified_ms: restore.started_at === null || restore.ended_at === null ? null : restore.ended_at - restore.started_at,
  };
}

/** What a reader should know of an etcd run and no promise covers. */
export function etcdFindings(evidence: Evidence): string[] {
  const { stale, compared } = staleSerializable(evidence.record);
  return [
    ...ofRestore(evidence),
    ...(stale > 0 ? [`${figure(stale)} of ${figure(compared)} serializable reads were behind, as one member alone may be`] : []),
  ];
}

function ofRestore({ record: { restore } }: Evidence): string[] {
  if (restore === undefined || restore.refused !== null || restore.revision.after === null) return [];
  const { seen, after } = restore.revision;
  if (after >= seen) return [];
  return [
    `revisions went backwards, from ${figure(seen)} to ${figure(after)}: a watcher that was there before sees nothing new until they pass it`,
  ];
}
