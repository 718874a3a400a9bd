import type { Evidence } from '../evidence.ts';
import type { Line } from '../lines.ts';
import { quorumNouns } from '../nouns.ts';
import { ms, span } from '../words.ts';
import { type CheckRule, doubt, fail, pass } from './check.ts';

/** While fewer copies than the write quorum are left, no write sent then is acknowledged. */
export const nothingAcceptedBelowQuorum: CheckRule = {
  name: 'nothing-accepted-below-quorum',
  kind: 'safety',
  applies: (drill) => drill.negative !== undefined,
  wanted: ({ store }) => `no write sent after the loss was confirmed acknowledged before ${quorumNouns[store].one} began to come back`,
  find: (evidence) => {
    const { quorum, fewer } = quorumNouns[evidence.drill.store];
    const window = belowQuorum(evidence);
    if (window === null) return doubt(`the time below ${quorum} is not known`, 'it takes a confirmed loss and the beginning of the return');
    if (evidence.stopping.length === 0) return doubt(`no lane below ${quorum}`, 'none of the lanes lost what it needs');
    const accepting = [...evidence.stopping, ...evidence.pinned]
      .filter(writes)
      .find((line) => !downThroughout(line, window) || acknowledgedIn(evidence, line, window));
    if (accepting !== undefined)
      return fail(
        `${accepting.name} was acknowledged below ${quorum}`,
        `a write sent in the ${ms(window.to - window.from)} below ${quorum} was acknowledged in them`,
      );
    const wanted_ms = (evidence.drill.negative?.writes_must_stop_for_s ?? 0) * 1_000;
    if (window.to - window.from < wanted_ms)
      return doubt(`only ${ms(window.to - window.from)} below ${quorum}`, `the drill wants ${ms(wanted_ms)}, in which nothing is accepted`);
    return pass(`0 in ${ms(window.to - window.from)} below ${quorum}`, `no write was acknowledged by ${fewer}`);
  },
};

/** Writes stopped for as long as the drill wants to see. */
export const writesStopBelowQuorum: CheckRule = {
  name: 'writes-stop-below-quorum',
  kind: 'service',
  applies: (drill) => drill.promises.includes('writes-stop-below-quorum'),
  wanted: (drill) => `writes stopped for at least ${drill.negative?.writes_must_stop_for_s ?? 0} s`,
  find: (evidence) => {
    const { drill, stopped, stopping, outages } = evidence;
    const { quorum, fewer } = quorumNouns[drill.store];
    const wanted_ms = (drill.negative?.writes_must_stop_for_s ?? 0) * 1_000;
    if (stopped === null || outages === null) return doubt('not known', 'nothing tells how long writes stopped');
    const untouched = stopping.filter((line) => !outages.gaps.some((gap) => gap.line === line.name));
    if (untouched.length > 0)
      return doubt(
        `no outage on ${untouched.map((line) => line.name).join(', ')}`,
        `writes that never stopped were never below ${quorum}, or were accepted below it`,
      );
    const got = span(stopped.lo_ms, stopped.hi_ms);
    const others = othersStopped(evidence, wanted_ms);
    if (others !== undefined)
      return fail(`${others} stopped as well`, 'lanes that kept what they need must go on while the others are stopped');
    if (stopped.lo_ms < wanted_ms) return doubt(got, 'writes did not stop for long enough to show that they stay stopped');
    return pass(got, `writes stopped while there were ${fewer}`);
  },
};

/** A lane that kept its quorum and was proven down for as long as those that lost it must be. */
function othersStopped({ service, stopping, outages }: Evidence, wanted_ms: number): string | undefined {
  const spared = service.filter((line) => !stopping.includes(line));
  return outages?.gaps.find((gap) => gap.lo_ms >= wanted_ms && spared.some(({ name }) => name === gap.line))?.line;
}

export interface Window {
  from: number;
  to: number;
}

/** From the confirmed loss to the beginning of the return, less what the clocks cannot tell. */
export function belowQuorum({ timeline, record }: Evidence): Window | null {
  if (timeline.confirmed_at === null || timeline.returned_at === null) return null;
  const slack_ms = record.probe.clock_uncertainty_ms;
  const window = { from: timeline.confirmed_at + slack_ms, to: timeline.returned_at - slack_ms };
  return window.to > window.from ? window : null;
}

/** A line that never got a write through tells nothing about stopping. */
export function writes(line: Line): boolean {
  return line.lanes.some((lane) => lane.attempts.ok > 0);
}

export function downThroughout(line: Line, window: Window): boolean {
  return line.outages.some((outage) => outage.start[0] <= window.from && (outage.end === null || outage.end[1] >= window.to));
}

/**
 * Acknowledged in a bin that only attempts sent in the window can have reached. An outage goes on where one slow
 * acknowledgement comes in among attempts that fail, so outages alone would hide it.
 */
export function acknowledgedIn({ drill, record }: Evidence, line: Line, window: Window): boolean {
  const stall_ms = Math.max(
    0,
    ...record.probe.segments.filter((segment) => segment.witness === line.witness).map((segment) => segment.longest_stall_ms),
  );
  return record.series
    .filter((series) => series.name === `${line.target}/acked/${line.witness}`)
    .some((series) => {
      const from = window.from + drill.load.attempt_timeout_ms + stall_ms + series.bin_ms;
      return series.points.some((count, bin) => {
        const start = series.start_at + bin * series.bin_ms;
        return count !== null && count > 0 && start >= from && start + series.bin_ms <= window.to;
      });
    });
}
