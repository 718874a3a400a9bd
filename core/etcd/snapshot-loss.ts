import type { Drill, EtcdDrill } from '../drill.ts';
import { LaneLedger } from '../ledger.ts';
import type { Lane, LaneReadback, Record, Restore } from '../record.ts';
import type { Timeline } from '../timeline.ts';
import { timelineOf } from '../timeline.ts';
import { figure } from '../words.ts';

/** The last instant at which the members that were lost may have acknowledged a write; null where nothing tells. */
export function lostAt({ events, confirmed_at }: Timeline, { snapshot, started_at }: Restore): number | null {
  if (confirmed_at !== null && confirmed_at >= snapshot.saved_at) return confirmed_at;
  const gone = events.findLast(
    ({ what, at }) => what === 'member-lost' && at >= snapshot.saved_at && (started_at === null || at <= started_at),
  );
  return gone?.at ?? started_at;
}

/**
 * How many of the lost writes the restore may have lost: those that can have been acknowledged after the snapshot was saved and
 * before the members were lost. null in drills that restore nothing. A number was sent at its planned time or later by the
 * witness's own stall, and answered within the attempt timeout; doubt counts as after.
 */
export function lostAfterSnapshot(drill: Drill, record: Record): { count: number; why: string } | null {
  if (drill.store !== 'etcd' || drill.fault.kind !== 'snapshot-restore') return null;
  const { restore, readback } = record;
  const lost_at = restore === undefined ? null : lostAt(timelineOf(record), restore);
  if (restore === undefined || restore.first_write_at === null || lost_at === null || readback === null)
    return { count: 0, why: 'nothing was restored, so nothing may be lost' };
  const count = record.probe.lanes.reduce((sum, lane) => {
    const own = readback.find((each) => each.lane === lane.lane);
    if (own === undefined) return sum;
    const slack_ms = slackOf(record, lane, drill.load.attempt_timeout_ms);
    return sum + lostIn(lane, own, restore.snapshot.saved_at - slack_ms, lost_at + slack_ms);
  }, 0);
  return { count, why: endsWithSnapshot(drill) };
}

/** What a restore may lose, in words. */
export function endsWithSnapshot({ rpo_s = 0 }: EtcdDrill): string {
  return `the promise ends with the snapshot: acknowledged after it was saved, at most ${figure(rpo_s)} s before the loss`;
}

function slackOf({ probe }: Record, lane: Lane, attempt_timeout_ms: number): number {
  const stall_ms = probe.segments.find(({ segment }) => segment === lane.segment)?.longest_stall_ms ?? 0;
  return attempt_timeout_ms + stall_ms + probe.clock_uncertainty_ms;
}

/** Lost numbers that were planned later than `from` and not later than `to`. */
function lostIn(lane: Lane, { present }: LaneReadback, from: number, to: number): number {
  const first = Math.max(0, Math.floor((from - lane.first_send_at) / lane.period_ms) + 1);
  const last = Math.floor((to - lane.first_send_at) / lane.period_ms);
  return LaneLedger.from(lane.outcomes, present)
    .lostRanges(Number.POSITIVE_INFINITY)
    .reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, last) - Math.max(a, first) + 1), 0);
}
