import { marginAfter, stepsOf } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import type { ObservedTopology } from '../core/topology.ts';
import { healthyFor, silentBecause, unrestedBecause } from './baseline.ts';
import { standing, victimsHit } from './experiments.ts';
import { withLiveView } from './live-view.ts';
import { drillOf, isOver, type Reason, withEvent, withReason, withStep } from './row.ts';
import { freshTopology, guardBecause } from './safety.ts';
import { unsteadyBecause } from './steady.ts';
import { clipped, type TaskInput, task } from './task.ts';
import type { Experiment, RunRow, Tools } from './tools.ts';

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

/** What one look saw; `topology` is null where nobody can say. */
interface Look {
  drill: Drill;
  experiment: Experiment | { unreadable: true };
  guard: string | null;
  topology: ObservedTopology | null;
  now: number;
}

/** What follows from a look: the end, the next step, or another look. */
type Judgement = Reason | { by: 'next'; why: string } | { by: 'wait'; why: string };

/** One look at a running drill: experiment, guards, heartbeats, margin, deadline. Writes the halt into the row before it answers `halt`. */
export const watch = task('Watch', async (tools: Tools, input: WatchInput): Promise<WatchResult> => {
  const row = await bound(tools, input);
  if (isOver(row)) return halted(row);
  const drill = drillOf(tools, row);
  const experiment = await lookAt(tools, input.experiment);
  const seen = await freshTopology(tools, drill);
  const guard = await guardBecause(tools, drill);
  const now = tools.clock.now();
  let judged = { by: 'wait', why: '' } as Judgement;
  const written = await tools.runs.change(input.run, (own) => {
    const live = 'why' in seen ? seen : withLiveView(seen.topology, own.beats);
    const look: Look = { drill, experiment, guard, now, topology: 'topology' in live ? live.topology : null };
    let next = withStatus(own, experiment, now);
    if (look.topology !== null) next = { ...next, margins: [...next.margins, { at: now, margin: marginAfter(look.topology, []) }] };
    judged = judge(next, look);
    return judged.by === 'wait' || judged.by === 'next' ? next : withReason(next, judged, now);
  });
  if (isOver(written)) return halted(written);
  return { next: judged.by === 'next' ? 'next' : 'wait', why: judged.why };
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

/** Whether watching ends now. What harms comes before what is merely late or done. */
function judge(row: RunRow, look: Look): Judgement {
  const { drill, experiment, guard, now } = look;
  if (guard !== null) return { by: 'guard', why: guard };
  if (now >= row.deadline_at) return { by: 'deadline', why: `the deadline of ${drill.window.deadline_s} s has passed` };
  const silent = silentBecause(row, now);
  if (silent !== null) return { by: 'witness', why: silent.why };
  if ('unreadable' in experiment) return { by: 'wait', why: 'the experiment cannot be read now' };
  const kind = standing(experiment.status);
  if (kind === 'ended' || kind === 'unknown')
    return {
      by: 'experiment',
      why: `experiment ${experiment.id} is ${experiment.status}: ${clipped(experiment.reason) || 'no reason given'}`,
    };
  if (kind === 'live') return { by: 'wait', why: `the experiment is ${experiment.status}` };
  if (victimsHit(experiment).length === 0) return { by: 'experiment', why: `experiment ${experiment.id} completed without a target` };
  if (row.topology !== null && row.steps.length < stepsOf(drill, row.topology)) return betweenSteps(row, look, experiment);
  return settled(row, drill, experiment, now)
    ? { by: 'done', why: 'the experiment completed and service is steady again' }
    : { by: 'wait', why: `the experiment is ${experiment.status}` };
}

/** The next step waits until nothing of this one is left: service back on every lane, and the steady state in a view from after it. */
function betweenSteps(row: RunRow, { topology, now }: Look, experiment: Experiment): Judgement {
  const ended_at = experiment.end_at ?? now;
  const why =
    unrestedBecause(row, ended_at) ??
    (topology === null || topology.observed_at < ended_at ? 'nobody has seen the topology since the step ended' : null) ??
    (topology === null ? null : unsteadyBecause(topology, row.topology));
  if (why !== null) return { by: 'wait', why: `before the next step: ${why}` };
  return { by: 'next', why: `step ${row.steps.length} is over, and the steady state is there again` };
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

function halted(row: RunRow): WatchResult {
  return { next: 'halt', why: row.halt?.why ?? `the run is ${row.phase}` };
}
