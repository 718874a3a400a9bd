import { type Line, linesOf } from '../lines.ts';
import type { Record } from '../record.ts';

/** Serializable reads of the members that were not hit, each asked alone: what is left answers them without a quorum. */
export function serializableOfSurvivors(record: Record): Line[] {
  return linesOf(record, 'serializable').filter(({ target }) => !record.victims.includes(target));
}

/** How many serializable reads returned less than was known, as they may. */
export function staleSerializable(record: Record): { stale: number; compared: number } {
  const counts = record.probe.lanes.flatMap(({ kind, stale_reads }) => (kind === 'serializable' ? (stale_reads ?? []) : []));
  return {
    stale: counts.reduce((sum, { count }) => sum + count, 0),
    compared: counts.reduce((sum, { compared }) => sum + compared, 0),
  };
}
