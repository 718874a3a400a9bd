import type { Drill } from '../core/drill.ts';
import definition from '../workflow/drill.asl.json' with { type: 'json' };
import type { RunRow, SegmentRow } from './tools.ts';

/** The workflow's own TimeoutSeconds in milliseconds: every deadline of a drill lies before it, the lease's expiry after it. */
export const workflow_timeout_ms = definition.TimeoutSeconds * 1000;

/** A heartbeat or a view of the topology older than this is no view. */
export const fresh_ms = 5_000;

/** How long an experiment whose start was never confirmed is looked for. */
export const lookup_ms = 60_000;

/** How long after its own deadline a witness that said nothing may still hold its segment open. */
export const segment_grace_ms = 5_000;

/** How long late metric points are waited for once the system is healed. */
export const late_points_ms = 300_000;

/** How long witnesses take after their load to drain and to store their last segment. */
export const drain_ms = 60_000;

/** How long reading back may take: the workflow's own limit for that task. */
export const readback_ms = definition.States.Readback.TimeoutSeconds * 1000;

/** An execution's history takes 25,000 events, and a poll writes about ten: half of it is kept for everything else. */
const most_polls = 1_250;

/** Epoch milliseconds that nest: watching, then healing, then the lease, which outlives the workflow, healing and the longest experiment. */
export function deadlines(drill: Drill, now: number): { deadline_at: number; heal_deadline_at: number; expires_at: number } {
  const watching_ms = drill.window.deadline_s * 1000;
  const healing_ms = drill.window.heal_deadline_s * 1000;
  return {
    deadline_at: now + watching_ms,
    heal_deadline_at: now + watching_ms + healing_ms,
    // An experiment of a drill never outlasts its watching: past the deadline it is stopped.
    expires_at: now + workflow_timeout_ms + healing_ms + watching_ms,
  };
}

/** Why this drill's window cannot be run, or null: its parts must fit its deadline, and its deadlines the workflow's. */
export function windowFault(drill: Drill): string | null {
  const { baseline_s, settle_s, deadline_s, heal_deadline_s } = drill.window;
  if (baseline_s + settle_s >= deadline_s)
    return `window: baseline ${baseline_s} s + settle ${settle_s} s is not shorter than the drill's deadline of ${deadline_s} s`;
  const polled_ms = (deadline_s + heal_deadline_s) * 1000 + late_points_ms;
  if (polled_ms + drain_ms + readback_ms >= workflow_timeout_ms)
    return `window: deadline ${deadline_s} s + draining ${drain_ms / 1000} s + healing ${heal_deadline_s} s + reading back ${readback_ms / 1000} s + late points ${late_points_ms / 1000} s is not shorter than the workflow's ${workflow_timeout_ms / 1000} s`;
  const polls = polled_ms / 1000 / drill.window.poll_s;
  if (polls > most_polls)
    return `window: ${Math.ceil(polls)} polls of ${drill.window.poll_s} s, more than the ${most_polls} that fit a history`;
  return null;
}

/** When a segment ends by itself. The first odd one lives half as long, so that the two witnesses never change over together. */
export function segmentStop(drill: Drill, row: Pick<RunRow, 'deadline_at'>, segment: Pick<SegmentRow, 'segment' | 'opened_at'>): number {
  const life_ms = drill.window.segment_s * 1000;
  return Math.min(row.deadline_at, segment.opened_at + (segment.segment === 1 ? life_ms / 2 : life_ms));
}
