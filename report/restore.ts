import type { RestoreReport } from '../core/report.ts';
import { clean } from './clean.ts';
import { count, interval, many, missing, setting, span } from './phrases.ts';

/** What a snapshot held and what restoring it cost, as label and sentence, the same in every format. */
export function restoreRows(restore: RestoreReport): { label: string; text: string; bad: boolean }[] {
  const { snapshot, refused, rto, predicted, rpo, verified_ms } = restore;
  const held = `${megabytes(snapshot.bytes)}, ${many(snapshot.keys, 'key')}, revision ${count(snapshot.revision)}, sha256 ${clean(snapshot.sha256, 64)}`;
  if (refused !== null)
    return [
      { label: 'snapshot', text: held, bad: false },
      { label: 'refused', text: clean(refused, 300), bad: true },
    ];
  const late = rpo.age_s !== null && rpo.age_s > rpo.limit_s;
  return [
    { label: 'snapshot', text: held, bad: false },
    {
      label: 'RTO',
      text: `${rto === null ? missing : interval(rto)} without writes, ${interval(predicted)} predicted before the loss`,
      bad: false,
    },
    {
      label: 'RPO',
      text: `${rpo.age_s === null ? missing : span(rpo.age_s * 1_000)} and ${rpo.revisions === null ? missing : many(rpo.revisions, 'revision')} lost, at most ${setting(rpo.limit_s * 1_000)} allowed`,
      bad: late,
    },
    { label: 'verified', text: `${verified_ms === null ? missing : span(verified_ms)} after the restore began`, bad: false },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
