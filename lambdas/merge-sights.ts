import { shownIds } from '../core/kafka/partitions.ts';
import type { PartitionSight } from '../core/record.ts';

/**
 * Sights of both witnesses as one history, oldest first: what repeats the last sight of its partition is left out, and so is
 * an older leader epoch than was seen before, which only shows that a witness lags.
 */
export function mergeSights(sights: PartitionSight[]): PartitionSight[] {
  const last = new Map<number, PartitionSight>();
  return [...sights]
    .sort((a, b) => a.at - b.at || a.partition - b.partition || a.leader_epoch - b.leader_epoch)
    .filter((sight) => {
      const before = last.get(sight.partition);
      if (before !== undefined && (lags(sight, before) || same(sight, before))) return false;
      last.set(sight.partition, sight);
      return true;
    });
}

/** Brokers that do not tell the epoch answer -1. */
function lags(sight: PartitionSight, before: PartitionSight): boolean {
  return sight.leader_epoch >= 0 && sight.leader_epoch < before.leader_epoch;
}

function same(a: PartitionSight, b: PartitionSight): boolean {
  return (
    a.leader === b.leader &&
    a.leader_epoch === b.leader_epoch &&
    shownIds(a.isr) === shownIds(b.isr) &&
    shownIds(a.replicas) === shownIds(b.replicas)
  );
}
