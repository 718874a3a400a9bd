import type { Evidence } from '../evidence.ts';
import type { RestoreReport } from '../report.ts';
import { figure, ms, several, span } from '../words.ts';
import { expectRestore } from './expectation.ts';
import { staleSerializable } from './reads.ts';
import { lostAt } from './snapshot-loss.ts';

/** What a snapshot and its restore come to; null where there was none. */
export function restoreReport({ drill, record, timeline, recovery }: Evidence): RestoreReport | null {
  const { restore, topology } = record;
  if (drill.store !== 'etcd' || restore === undefined || topology?.store !== 'etcd') return null;
  const { lo_ms, hi_ms } = expectRestore(drill, topology, restore.snapshot.bytes);
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

function ofRestore(evidence: Evidence): string[] {
  const { restore } = evidence.record;
  const report = restoreReport(evidence);
  if (restore === undefined || report === null || report.refused !== null) return [];
  const { snapshot, predicted, rto, rpo } = report;
  const size = `${figure(snapshot.bytes / 1e6)} MB, ${several(snapshot.keys, 'key')}`;
  const behind = restore.revision.after !== null && restore.revision.after < restore.revision.seen;
  return [
    ...(rto === null
      ? []
      : [
          `restored ${size}: writes back after ${span(rto.lo_ms, rto.hi_ms)}, predicted from its size ${span(predicted.lo_ms, predicted.hi_ms)}`,
        ]),
    ...(rpo.age_s === null
      ? []
      : [
          `lost with the snapshot's age of ${ms(rpo.age_s * 1_000)}: ${several(rpo.revisions ?? 0, 'revision')}; ${figure(rpo.limit_s)} s may be lost`,
        ]),
    ...(behind
      ? [
          `revisions went backwards, from ${figure(restore.revision.seen)} to ${figure(restore.revision.after ?? 0)}: a watcher that was there before sees nothing new until they pass it`,
        ]
      : []),
  ];
}
