import { admit, stepsOf, victimsOf } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import type { Decision } from '../core/record.ts';
import type { ObservedTopology } from '../core/topology.ts';
import { silentBecause, uncleanBecause, unservedBecause } from './baseline.ts';
import { withLiveView } from './live-view.ts';
import { inequalities, notAdmitted } from './preflight.ts';
import { drillOf, isOver, type Reason, rowOf, withEvent, withHalt, withReason } from './row.ts';
import { freshTopology, guardBecause, leaseLostBecause, unheardBecause } from './safety.ts';
import { type TaskInput, task } from './task.ts';
import type { RunRow, Step, Tools } from './tools.ts';

/** `token` is `<execution name>/<step>`, and a run bears its execution's name; token and template are empty when refused. */
export interface ReadmitResult {
  decision: 'inject' | 'refused';
  step: number;
  token: string;
  template: string;
  why: string;
}

/** How long a baseline that is not clean yet, and witnesses that have not started yet, are given beyond the wait before. */
const settle_limit_ms = 25_000;
const look_every_ms = 500;

interface Finding {
  decisions: Decision[];
  victims: string[];
  /** What was admitted, or null where nothing could be. */
  topology: ObservedTopology | null;
  /** Where the live view and the control plane disagree. */
  differs: string | null;
  against: Reason | null;
}

/**
 * Admission again from live data, under the lease, before each step; when it admits, the row says `injecting`, with step, token
 * and victims, before anything starts. A step refused after an earlier one began halts the drill, which is healed and graded.
 */
export const readmit = task('Readmit', async (tools: Tools, input: TaskInput): Promise<ReadmitResult> => {
  const drill = drillOf(tools, await rowOf(tools, input.run));
  const load = await awaitBaseline(tools, input.run, drill);
  const found = await examine(tools, input.run, drill, load);
  const now = tools.clock.now();
  const template = tools.faults.template(drill);
  // The last word is spoken inside the conditional write: whatever halted or changed the row meanwhile refuses.
  const row = await tools.runs.change(input.run, (own) => {
    if (own.outcome !== null || isOver(own)) return null;
    const against = found.against ?? stale(own, drill, now) ?? moved(own, found);
    return against === null ? injecting(own, found, template, now) : refusing(own, found, against, now);
  });
  const step = row.steps.at(-1);
  const admitted = row.outcome === null && !isOver(row) && row.phase === 'injecting' && step !== undefined && step.experiment === null;
  if (admitted)
    return { decision: 'inject', step: step.step, token: step.token, template: step.template, why: inequalities(found.decisions) };
  const why = row.outcome?.kind === 'refused' ? row.outcome.why : `not injecting: ${row.halt?.why ?? `the run is ${row.phase}`}`;
  return { decision: 'refused', step: step?.step ?? 0, token: '', template: '', why };
});

/** Looks at the heartbeats until both witnesses are alive, clean, and heard by the alarm that could stop them; returns why they are not once the time for that is over. */
async function awaitBaseline(tools: Tools, run: string, drill: Drill): Promise<Reason | null> {
  const until = tools.clock.now() + settle_limit_ms;
  while (true) {
    const row = await rowOf(tools, run);
    const now = tools.clock.now();
    const against = unfit(row, drill, now) ?? silence(await unheardBecause(tools, drill));
    if (against === null || isOver(row) || row.segments.some((each) => each.died) || now >= until) return against;
    await tools.clock.sleep(look_every_ms);
  }
}

/** Before the first step the load must have been clean for the whole baseline; between steps Watch has seen service come back. */
function unfit(row: RunRow, drill: Drill, now: number): Reason | null {
  const silent = silentBecause(row, now);
  if (silent !== null) return { by: 'witness', why: silent.why };
  const why = begun(row).length === 0 ? uncleanBecause(row, drill) : unservedBecause(row);
  return why === null ? null : { by: 'refused', why };
}

async function examine(tools: Tools, run: string, drill: Drill, load: Reason | null): Promise<Finding> {
  const row = await rowOf(tools, run);
  const now = tools.clock.now();
  const lost = await leaseLostBecause(tools, row, row.heal_deadline_at);
  // A guard comes first: it means harm, the others only delay.
  const before = guarded(await guardBecause(tools, drill)) ?? load ?? refusal(lost) ?? tooLate(row, drill, now);
  const seen = await freshTopology(tools, drill);
  // Read again: the heartbeats go on while the control plane is asked.
  const live = 'why' in seen ? seen : withLiveView(seen.topology, (await rowOf(tools, run)).beats);
  if ('why' in live) return { decisions: [], victims: [], topology: null, differs: null, against: before ?? refusal(live.why) };
  const done = begun(row).flatMap((step) => step.victims);
  const decisions = admit(drill, live.topology, 'readmission', tools.clock.now(), done);
  const victims = victimsOf(drill, live.topology, done);
  const nobody = victims.length === 0 ? 'there is no victim' : null;
  return {
    decisions,
    victims,
    topology: live.topology,
    differs: live.differs,
    against: before ?? refusal(notAdmitted(decisions) ?? nobody),
  };
}

/** Steps whose experiment is known: they have broken something. */
function begun(row: RunRow): Step[] {
  return row.steps.filter((step) => step.experiment !== null);
}

function refusal(why: string | null): Reason | null {
  return why === null ? null : { by: 'refused', why };
}

function guarded(why: string | null): Reason | null {
  return why === null ? null : { by: 'guard', why };
}

function silence(why: string | null): Reason | null {
  return why === null ? null : { by: 'witness', why };
}

function tooLate(row: RunRow, drill: Drill, now: number): Reason | null {
  const left_ms = row.deadline_at - now;
  const wanted_ms = drill.window.settle_s * 1000;
  if (left_ms > wanted_ms) return null;
  return { by: 'deadline', why: `${left_ms} ms are left before the deadline, less than the ${wanted_ms} ms that must be watched` };
}

/** What must still hold at the moment of the write. */
function stale(row: RunRow, drill: Drill, now: number): Reason | null {
  const held = begun(row).at(-1);
  const steps = row.topology === null ? 1 : stepsOf(drill, row.topology);
  if (held !== undefined && held.step >= steps) return refusal(`step ${held.step} already holds experiment ${held.experiment}`);
  const phases: RunRow['phase'][] = held === undefined ? ['watching', 'injecting'] : ['injected', 'injecting'];
  if (!phases.includes(row.phase)) return refusal(`the run is ${row.phase}, not ${phases[0]}`);
  const silent = silentBecause(row, now);
  return silent === null ? null : { by: 'witness', why: silent.why };
}

/** Leaders and in-sync replicas may have changed while they were asked about: then other ones were admitted. */
function moved({ beats }: RunRow, { topology }: Finding): Reason | null {
  if (topology === null) return null;
  const live = withLiveView(topology, beats);
  if ('why' in live) return refusal(live.why);
  return refusal(live.differs === null ? null : `partitions changed after they were admitted: ${live.differs}`);
}

/** A retry that finds its own step keeps the token, so that the start stays the same start; the victims are the ones admitted now. */
function injecting(row: RunRow, found: Finding, template: string, now: number): RunRow {
  const before = begun(row);
  const number = before.length + 1;
  const step: Step = { step: number, template, token: `${row.run}/${number}`, victims: found.victims, injecting_at: now, experiment: null };
  const next: RunRow = { ...row, phase: 'injecting', steps: [...before, step], admission: [...row.admission, ...found.decisions] };
  return withEvent(next, now, 'injecting', withDifference(`step ${number} on ${found.victims.join(', ')}`, found));
}

/** Before anything began the drill is refused; afterwards it is halted, because something did happen. */
function refusing(row: RunRow, found: Finding, against: Reason, now: number): RunRow {
  const next: RunRow = { ...row, admission: [...row.admission, ...found.decisions] };
  const step = begun(row).length;
  const why = withDifference(`${step === 0 ? 'not injecting' : `step ${step + 1} is not injected`}: ${against.why}`, found);
  if (step > 0) return withReason(next, { by: against.by, why }, now);
  const refused: RunRow = { ...next, outcome: { kind: 'refused', at: 'readmission', why } };
  return withHalt(withEvent(refused, now, 'refused', why), { at: now, by: 'refused', why });
}

function withDifference(text: string, { differs }: Finding): string {
  return differs === null ? text : `${text} (${differs})`;
}
