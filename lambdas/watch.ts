import { marginAfter } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import { healthyFor, silentBecause } from './baseline.ts';
import { standing, victimsHit } from './experiments.ts';
import { drillOf, isOver, withEvent, withHalt, withStep } from './row.ts';
import { freshTopology, guardBecause } from './safety.ts';
import { clipped, type TaskInput, task } from './task.ts';
import type { Experiment, Halt, RunRow, Tools } from './tools.ts';

/** `experiment` is the id that the start answered. */
export interface WatchInput extends TaskInput {
  experiment: string;
}

export interface WatchResult {
  next: 'wait' | 'next' | 'halt';
  why: string;
}

/** How long every service lane must have been healthy before recovery is believed. */
const recovered_ms = 10_000;

type Reason = Pick<Halt, 'by' | 'why'>;

/** One look at a running drill: experiment, guards, heartbeats, margin, deadline. Writes the halt into the row before it answers `halt`. */
export const watch = task('Watch', async (tools: Tools, input: WatchInput): Promise<WatchResult> => {
  const row = await bound(tools, input);
  if (isOver(row)) return halted(row);
  const drill = drillOf(tools, row);
  const experiment = await lookAt(tools, input.experiment);
  const seen = await freshTopology(tools, drill);
  const guard = await guardBecause(tools, drill);
  const now = tools.clock.now();
  const written = await tools.runs.change(input.run, (own) => {
    let next = withStatus(own, experiment, now);
    if ('topology' in seen) next = { ...next, margins: [...next.margins, { at: now, margin: marginAfter(seen.topology, []) }] };
    return withReason(next, judge(next, drill, experiment, guard, now), now);
  });
  return isOver(written) ? halted(written) : { next: 'wait', why: waitingFor(experiment) };
});

/** Writes the id into its step, the write after the side effect. An id that another step holds means that nothing new was injected. */
function bound(tools: Tools, input: WatchInput): Promise<RunRow> {
  const now = tools.clock.now();
  return tools.runs.change(input.run, (row) => {
    const step = row.steps.at(-1);
    if (step === undefined) return withReason(row, { by: 'error', why: 'an experiment is watched that the row never announced' }, now);
    if (step.experiment === input.experiment) return null;
    const held = row.steps.find((each) => each.experiment === input.experiment);
    if (held !== undefined)
      return withReason(
        row,
        {
          by: 'experiment',
          why: `the start of step ${step.step} returned experiment ${input.experiment}, which step ${held.step} already holds: nothing new was injected`,
        },
        now,
      );
    if (step.experiment !== null)
      return withReason(
        row,
        { by: 'experiment', why: `step ${step.step} holds experiment ${step.experiment}, so ${input.experiment} is a second one` },
        now,
      );
    const next = withStep(row, { ...step, experiment: input.experiment });
    return withEvent(
      row.phase === 'injecting' ? { ...next, phase: 'injected' } : next,
      now,
      'experiment-status',
      'started',
      input.experiment,
    );
  });
}

/** Events are best effort, so the experiment is polled; one that cannot be read is looked at again until the deadline. */
async function lookAt(tools: Tools, id: string): Promise<Experiment | { unreadable: true }> {
  try {
    return (await tools.faults.get(id)) ?? { unreadable: true };
  } catch {
    return { unreadable: true };
  }
}

/** Why watching ends now, or null. What harms comes before what is merely late or done. */
function judge(row: RunRow, drill: Drill, experiment: Experiment | { unreadable: true }, guard: string | null, now: number): Reason | null {
  if (guard !== null) return { by: 'guard', why: guard };
  if (now >= row.deadline_at) return { by: 'deadline', why: `the deadline of ${drill.window.deadline_s} s has passed` };
  const silent = silentBecause(row, now);
  if (silent !== null) return { by: 'witness', why: silent.why };
  if ('unreadable' in experiment) return null;
  const kind = standing(experiment.status);
  if (kind === 'ended' || kind === 'unknown')
    return {
      by: 'experiment',
      why: `experiment ${experiment.id} is ${experiment.status}: ${clipped(experiment.reason) || 'no reason given'}`,
    };
  if (kind === 'live') return null;
  if (victimsHit(experiment).length === 0) return { by: 'experiment', why: `experiment ${experiment.id} completed without a target` };
  return settled(row, drill, experiment, now) ? { by: 'done', why: 'the experiment completed and service is steady again' } : null;
}

function settled(row: RunRow, drill: Drill, experiment: Experiment, now: number): boolean {
  const began_at = experiment.start_at ?? row.steps.at(-1)?.injecting_at ?? now;
  return now - began_at >= drill.window.settle_s * 1000 && healthyFor(row, recovered_ms);
}

function withStatus(row: RunRow, experiment: Experiment | { unreadable: true }, now: number): RunRow {
  if ('unreadable' in experiment) return row;
  const last = row.events.findLast((each) => each.what === 'experiment-status' && each.who === experiment.id);
  return last?.text === experiment.status ? row : withEvent(row, now, 'experiment-status', experiment.status, experiment.id);
}

function withReason(row: RunRow, why: Reason | null, now: number): RunRow {
  if (why === null) return row;
  const seen =
    why.by === 'guard'
      ? withEvent(row, now, 'guard-fired', why.why)
      : why.by === 'witness'
        ? withEvent(row, now, 'witness-silent', why.why)
        : row;
  return withHalt(seen, { at: now, ...why });
}

function halted(row: RunRow): WatchResult {
  return { next: 'halt', why: row.halt?.why ?? `the run is ${row.phase}` };
}

function waitingFor(experiment: Experiment | { unreadable: true }): string {
  return 'unreadable' in experiment ? 'the experiment cannot be read now' : `the experiment is ${experiment.status}`;
}
