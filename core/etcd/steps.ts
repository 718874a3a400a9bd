import type { Evidence } from '../evidence.ts';
import type { Gap } from '../recovery.ts';
import { oneAfterTheOther, type RecoveryStep } from '../timeline.ts';

/** The worst gap's recovery, decomposed: from what broke right before it, or in a negative drill from the return of voters. */
export function stepsIn({ drill, record, timeline, outages }: Evidence): RecoveryStep[] {
  const worst = longest(outages?.gaps ?? []);
  if (worst === null || worst.end === null) return [];
  const [began, until_at] = [worst.start[1], worst.end[1]];
  const starts = [...record.experiments.map(({ start_at }) => start_at), ...timesOf(timeline.events, 'fault-started')];
  const broke_at = Math.max(...starts.filter((at) => at !== null && at <= began).map(Number));
  const from_at = drill.negative === undefined ? broke_at : timeline.returned_at;
  if (from_at === null || !Number.isFinite(from_at)) return [];
  const first = (what: string) => timesOf(timeline.events, what).find((at) => at >= from_at && at <= until_at);
  return oneAfterTheOther(
    [
      ['members lost with their data', drill.fault.kind === 'snapshot-restore' ? first('fault-confirmed') : null],
      ['voter back', drill.negative === undefined ? null : first('member-back')],
      ['leader elected', first('leader-elected')],
      ['first write acknowledged', until_at],
    ],
    from_at,
  );
}

function longest(gaps: Gap[]): Gap | null {
  const length = ({ hi_ms }: Gap) => hi_ms ?? Number.POSITIVE_INFINITY;
  return gaps.reduce<Gap | null>((most, gap) => (most === null || length(gap) > length(most) ? gap : most), null);
}

function timesOf(events: Evidence['timeline']['events'], what: string): number[] {
  return events.filter((event) => event.what === what).map(({ at }) => at);
}
