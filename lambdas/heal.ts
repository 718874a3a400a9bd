import { lookup_ms, segment_grace_ms, segmentStop } from './deadlines.ts';
import { experimentsOf, isTerminal } from './experiments.ts';
import { drillOf, rowOf, withEvent, withHalt, withStep } from './row.ts';
import { freshTopology, leaseLostBecause } from './safety.ts';
import { unsteadyBecause } from './steady.ts';
import { reason, type TaskInput, task } from './task.ts';
import type { Experiment, RunRow, Step, Tools } from './tools.ts';

export interface HealResult {
  status: 'wait' | 'healed' | 'unhealed';
  why: string;
}

/**
 * One look at healing, from the row alone and safe to repeat: stops and confirms experiments, undoes faults, sees segments
 * closed and the steady state again. `wait` asks to be called again; past the healing deadline it answers `unhealed`.
 */
export const heal = task('Heal', async (tools: Tools, input: TaskInput): Promise<HealResult> => {
  const row = await begun(tools, input.run);
  if (row.heal?.ended_at != null) return { status: row.heal.healed ? 'healed' : 'unhealed', why: row.heal.why };
  const lost = await leaseLostBecause(tools, row, 0);
  // Whoever holds the store now has undone this run's faults; touching it would break into the other's drill.
  if (lost !== null) return ended(tools, input.run, false, lost);
  const left = await leftToDo(tools, row).catch((error: unknown) => reason(error));
  if (left === null)
    return ended(tools, input.run, true, row.steps.length === 0 ? 'nothing was injected' : 'the steady state is there again');
  if (tools.clock.now() < healingDeadline(row)) return { status: 'wait', why: left };
  // Whatever kept it from being undone in order, nothing is given up without having tried.
  await Promise.race([tools.faults.undo(row).catch(() => undefined), tools.clock.sleep(last_undo_ms)]);
  return ended(tools, input.run, false, `not healed within the deadline: ${left}`);
});

/** How long an undo that may hang is given when healing gives up. */
const last_undo_ms = 60_000;

/** When healing gives up: the span that the row allows for it, from the moment it began. */
function healingDeadline(row: RunRow): number {
  return (row.heal?.started_at ?? row.deadline_at) + row.heal_deadline_at - row.deadline_at;
}

function begun(tools: Tools, run: string): Promise<RunRow> {
  const now = tools.clock.now();
  return tools.runs.change(run, (row) => {
    if (row.heal !== null) return null;
    const next = withHalt(row, { at: now, by: 'error', why: 'healing began before anything else ended the drill' });
    const started = { ...next, phase: 'healing' as const, heal: { started_at: now, ended_at: null, healed: false, why: '' } };
    return withEvent(started, now, 'healing', `halted by ${next.halt?.by ?? 'nobody'}`);
  });
}

async function ended(tools: Tools, run: string, healed: boolean, why: string): Promise<HealResult> {
  const now = tools.clock.now();
  const row = await tools.runs.change(run, (own) => {
    if (own.heal === null || own.heal.ended_at !== null) return null;
    const next: RunRow = { ...own, phase: healed ? 'healed' : own.phase, heal: { ...own.heal, ended_at: now, healed, why } };
    return withEvent(next, now, healed ? 'healed' : 'unhealed', why);
  });
  return { status: row.heal?.healed === true ? 'healed' : 'unhealed', why: row.heal?.why ?? why };
}

/** The first thing that keeps the run from being healed, or null. Throws when something cannot be read, which is no better. */
async function leftToDo(tools: Tools, row: RunRow): Promise<string | null> {
  for (const step of row.steps) {
    const left = await stopped(tools, row, step);
    if (left !== null) return left;
  }
  await tools.faults.undo(row);
  const open = await openSegment(tools, row);
  if (open !== null) return open;
  if (row.steps.length === 0) return null;
  const seen = await freshTopology(tools, drillOf(tools, row));
  if ('why' in seen) return seen.why;
  const why = unsteadyBecause(seen.topology, row.topology);
  return why === null ? null : `no steady state: ${why}`;
}

/** Stops what still acts and confirms that it did; a start whose answer was lost is looked for until it must have been none. */
async function stopped(tools: Tools, row: RunRow, step: Step): Promise<string | null> {
  const found = await everyExperiment(tools, row, step);
  const first = found[0];
  if (first === undefined) return soughtInVain(tools, row, step);
  if (step.experiment === null) {
    const bound = { ...step, experiment: first.id };
    await tools.runs.change(row.run, (own) =>
      withEvent(withStep(own, bound), tools.clock.now(), 'experiment-status', `found by its tag: ${first.status}`, first.id),
    );
  }
  const live = found.filter((each) => !isTerminal(each));
  for (const each of live) await tools.faults.stop(each.id);
  const after = live.length === 0 ? [] : (await everyExperiment(tools, row, step)).filter((each) => !isTerminal(each));
  return after[0] === undefined ? null : `experiment ${after[0].id} is ${after[0].status}`;
}

/** A call to start may itself last a minute after its announcement, so the time counts from the begin of healing, and one look is none. */
async function soughtInVain(tools: Tools, row: RunRow, step: Step): Promise<string | null> {
  const now = tools.clock.now();
  const since_ms = now - Math.max(step.injecting_at, row.heal?.started_at ?? now);
  if (step.sought_at !== undefined && since_ms >= lookup_ms) return null;
  if (step.sought_at === undefined) await tools.runs.change(row.run, (own) => withStep(own, { ...step, sought_at: now }));
  return `the start of step ${step.step} was never confirmed, and is looked for`;
}

/** The step's own experiment, and any other with the run's tag: one that the row does not know may act all the same. */
async function everyExperiment(tools: Tools, row: RunRow, step: Step): Promise<Experiment[]> {
  const own = await experimentsOf(tools, row, step);
  if (step.experiment === null) return own;
  const tagged = await tools.faults.find(step.template, row.run).catch(() => []);
  return [...own, ...tagged.filter((each) => each.id !== step.experiment)];
}

/** Why the witnesses still write, or null. A segment that is silent past its own deadline has died. */
async function openSegment(tools: Tools, row: RunRow): Promise<string | null> {
  const drill = drillOf(tools, row);
  const now = tools.clock.now();
  const current = await rowOf(tools, row.run);
  const open = current.segments.filter((each) => each.closed_at === null);
  const dead = open.filter((each) => now >= Math.min(segmentStop(drill, row, each) + segment_grace_ms, healingDeadline(row)));
  if (dead.length > 0) {
    await tools.runs.change(row.run, (own) => {
      const segments = own.segments.map((each) =>
        each.closed_at === null && dead.some((one) => one.segment === each.segment) ? { ...each, closed_at: now, died: true } : each,
      );
      return withEvent({ ...own, segments }, now, 'witness-silent', `segments ${dead.map((each) => each.segment).join(', ')} never closed`);
    });
  }
  const waiting = open.filter((each) => !dead.includes(each));
  return waiting.length === 0 ? null : `segments ${waiting.map((each) => each.segment).join(', ')} are still open`;
}
