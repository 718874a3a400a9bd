import { stepsIn as etcdSteps } from './etcd/steps.ts';
import type { Evidence } from './evidence.ts';
import { comparedWithMore } from './kafka/expectation.ts';
import { marksOf, returnMarksOf } from './kafka/steps.ts';
import type { Record } from './record.ts';
import { type Gap, type Outages, roundOut, unseen, worst } from './recovery.ts';
import type { Recovery } from './report.ts';
import { oneAfterTheOther, stepsOf } from './timeline.ts';

/** The recovery part of a report; null when recovery or its expectation cannot be told. */
export function recoveryReport(evidence: Evidence): Recovery | null {
  const { drill, record, timeline, service, outages, recovery, stopped } = evidence;
  if (outages === null || recovery === null || evidence.expected === null || timeline.fault_at === null) return null;
  const compared = comparedOf(evidence);
  return {
    ...recovery,
    expected: { lo_ms: evidence.expected.lo_ms, hi_ms: evidence.expected.hi_ms },
    limit_ms: drill.limits.recovery_ms,
    probe_period_ms: Math.max(0, ...service.flatMap((line) => line.lanes.map((lane) => lane.period_ms))),
    longest_stall_ms: Math.max(0, ...record.probe.segments.map((segment) => segment.longest_stall_ms)),
    classes: classesOf(evidence),
    steps: drill.store === 'etcd' ? etcdSteps(evidence) : stepsIn(evidence, outages, timeline.fault_at),
    ...(drill.negative === undefined || stopped === null ? {} : { stopped }),
    ...(timeline.rounds.length > 1 ? { rounds: roundsOf(evidence, outages) } : {}),
    ...(compared === null ? {} : { compared: [compared] }),
    outages: { count: outages.count, longest_ms: roundOut(outages.longest_ms), total_ms: roundOut(outages.total_ms) },
  };
}

function classesOf({ classes }: Evidence): Recovery['classes'] {
  return classes.flatMap(({ name, lines, recovery, expected: { lo_ms, hi_ms } }) =>
    recovery === null
      ? []
      : [{ name, lanes: lines.reduce((sum, line) => sum + line.lanes.length, 0), ...recovery, expected: { lo_ms, hi_ms } }],
  );
}

/** Decomposed from what the store tells: a failover's events, or leaders and replicas as the probe saw them. */
function stepsIn({ drill, record, timeline, stopping }: Evidence, outages: Outages, fault_at: number): Recovery['steps'] {
  const counts_from = drill.negative === undefined ? fault_at : (timeline.returned_at ?? fault_at);
  if (record.topology?.store !== 'msk') return stepsOf(timeline.events, counts_from, lastEnd(outages.gaps));
  const until_at = timeline.healing_at;
  if (drill.negative !== undefined) {
    const stopped = outages.gaps.filter((gap) => stopping.some(({ name }) => name === gap.line));
    return oneAfterTheOther(
      [
        ...returnMarksOf(record, record.topology, counts_from, until_at),
        ['client reconnected: first write acknowledged', backOf(longest(stopped))],
      ],
      counts_from,
    );
  }
  // Of a roll the worst step is told.
  const worstGap = longest(outages.gaps);
  const round = worstGap?.round ?? 0;
  const from_at = timeline.rounds[round] ?? fault_at;
  const victims = inTurn(record)[round]?.victims ?? record.victims;
  const loss = { from_at, until_at: timeline.rounds[round + 1] ?? until_at, victims };
  return oneAfterTheOther(
    [...marksOf(record, record.topology, loss), ['client reconnected: first write acknowledged', backOf(worstGap)]],
    from_at,
  );
}

/** When writes were back on the last line; null where one never came back or none was gone. */
function lastEnd(gaps: Gap[]): number | null {
  const ends = gaps.map(endOf).filter((end) => end !== null);
  return ends.length < gaps.length || ends.length === 0 ? null : Math.max(...ends);
}

function endOf(gap: Gap | undefined): number | null {
  return gap?.end?.[1] ?? null;
}

/** Unseen where writes stopped and never came back. */
function backOf(gap: Gap | undefined): number | 'unseen' | null {
  return gap === undefined ? null : (endOf(gap) ?? 'unseen');
}

function longest(gaps: Gap[]): Gap | undefined {
  const length = (gap: Gap) => gap.hi_ms ?? Number.POSITIVE_INFINITY;
  return gaps.reduce<Gap | undefined>((most, gap) => (most === undefined || length(gap) > length(most) ? gap : most), undefined);
}

function inTurn({ experiments }: Record): Record['experiments'] {
  return experiments.filter(({ start_at }) => start_at !== null).sort((a, b) => (a.start_at ?? 0) - (b.start_at ?? 0));
}

function roundsOf({ record, service, timeline }: Evidence, { gaps }: Outages): NonNullable<Recovery['rounds']> {
  return inTurn(record).map(({ victims = [] }, round) => {
    const own = gaps.filter((gap) => gap.round === round);
    const none = { lo_ms: 0, hi_ms: unseen(service, record.series, timeline.rounds[round] ?? 0) };
    return { victims, ...roundOut(own.length === 0 ? none : worst(own)) };
  });
}

function comparedOf({ drill, record }: Evidence): NonNullable<Recovery['compared']>[number] | null {
  return drill.store === 'msk' && record.topology?.store === 'msk' ? comparedWithMore(drill, record.topology, record.victims) : null;
}
