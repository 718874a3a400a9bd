import type { Drill } from '../core/drill.ts';
import type { Beat, WitnessName } from '../probe/contract.ts';
import { fresh_ms } from './deadlines.ts';
import type { RunRow } from './tools.ts';

export const witnesses: WitnessName[] = ['even', 'odd'];

/** Why the witnesses are not alive, or null: each has a heartbeat under 5 s old, and none has died. */
export function silentBecause(row: Pick<RunRow, 'beats' | 'segments'>, now: number): { witness: WitnessName; why: string } | null {
  for (const witness of witnesses) {
    const dead = row.segments.find((each) => each.witness === witness && each.died);
    if (dead !== undefined) return { witness, why: `witness ${witness} died in segment ${dead.segment}` };
    const beat = row.beats[witness];
    if (beat === null) return { witness, why: `witness ${witness} never sent a heartbeat` };
    if (now - beat.at >= fresh_ms)
      return { witness, why: `the last heartbeat of witness ${witness} is ${Math.round(now - beat.at)} ms old` };
  }
  return null;
}

/** Why the load before the fault is not clean, or null: every service lane answers now, has done so for most of the baseline, and had no trouble in it. */
export function uncleanBecause(row: Pick<RunRow, 'beats'>, drill: Drill): string | null {
  for (const witness of witnesses) {
    const beat = row.beats[witness];
    if (beat === null || beat.service.length === 0) return `witness ${witness} has no service lane`;
    const lane = beat.service.find((each) => !isClean(each, beat.at - drill.window.baseline_s * 1000));
    const idle = beat.service.find((each) => !isServed(each, beat.at));
    if (lane !== undefined)
      return `the baseline is not clean: lane ${lane.lane} had ${lane.not_ok} attempts that were not acknowledged, the last ${ago(lane.last_not_ok_at, beat.at)}`;
    if (idle !== undefined) return `the baseline is not clean: lane ${idle.lane} had no write acknowledged for ${served_ms} ms`;
    const wanted_ms = drill.window.baseline_s * 1000 * baseline_share;
    const young = beat.service.find((each) => beat.at - (each.healthy_since ?? beat.at) < wanted_ms);
    if (young !== undefined) return `the baseline is too short: lane ${young.lane} has not been healthy for ${wanted_ms} ms`;
  }
  return null;
}

function ago(then: number | null, at: number): string {
  return then === null ? 'at no known time' : `${Math.round(at - then)} ms ago`;
}

/** Starting the witnesses takes part of the wait before; grading wants half of the baseline, counted in whole bins. */
const baseline_share = 0.75;

/** A service lane without an acknowledged write for this long is not served, though none went wrong: nothing was sent. */
const served_ms = 2_000;

function isServed(lane: Beat['service'][number], at: number): boolean {
  return lane.last_ok_at !== null && at - lane.last_ok_at <= served_ms;
}

/** As grading has it: trouble is over with the first write acknowledged after it, not with the last one that was not. */
function isClean(lane: Beat['service'][number], since: number): boolean {
  return lane.healthy_since !== null && (lane.last_not_ok_at === null || lane.healthy_since < since);
}

/** True when every service lane of both witnesses had been healthy for `span_ms` at its own last heartbeat. */
export function healthyFor(row: Pick<RunRow, 'beats'>, span_ms: number): boolean {
  return witnesses.every((witness) => {
    const beat = row.beats[witness];
    if (beat === null || beat.service.length === 0) return false;
    return beat.service.every((lane) => isServed(lane, beat.at) && lane.healthy_since !== null && beat.at - lane.healthy_since >= span_ms);
  });
}

/** How long every service lane must have been healthy between two steps; the 10 s of recovery are asked of the last one alone. */
const between_steps_ms = 3_000;

/** Why service is not whole between two steps, or null: every service lane healthy for 3 s. */
export function unservedBecause(row: Pick<RunRow, 'beats'>): string | null {
  return healthyFor(row, between_steps_ms) ? null : `not every service lane has been healthy for ${between_steps_ms} ms`;
}

/** Why the system has not rested since a step ended at `ended_at`, or null: every service lane healthy for 3 s, all of them after it. */
export function unrestedBecause(row: Pick<RunRow, 'beats'>, ended_at: number): string | null {
  const seen_at = Math.min(...witnesses.map((witness) => row.beats[witness]?.at ?? 0));
  return seen_at - ended_at < between_steps_ms ? `the step before ended less than ${between_steps_ms} ms ago` : unservedBecause(row);
}

/** The heartbeat with what the same witness knew from its last one: a lane goes on over a change of segments, so that health is not forgotten there. */
export function carried(last: Beat | null, beat: Beat): Beat {
  if (last === null || beat.at - last.at >= fresh_ms) return beat;
  const service = beat.service.map((lane) => {
    const before = last.service.find((each) => targetOf(each) === targetOf(lane));
    if (before === undefined) return lane;
    const troubled_at = lane.last_not_ok_at ?? before.last_not_ok_at;
    const unbroken = lane.not_ok === (last.segment === beat.segment ? before.not_ok : 0);
    if (!unbroken || lane.healthy_since === null || before.healthy_since === null) return { ...lane, last_not_ok_at: troubled_at };
    return { ...lane, last_not_ok_at: troubled_at, healthy_since: Math.min(lane.healthy_since, before.healthy_since) };
  });
  return { ...beat, service };
}

function targetOf(lane: Beat['service'][number]): string {
  return lane.lane.slice(0, lane.lane.lastIndexOf('#'));
}
