import { admit, victimsOf } from '../core/admission.ts';
import type { Drill } from '../core/drill.ts';
import type { Decision } from '../core/record.ts';
import { silentBecause, uncleanBecause } from './baseline.ts';
import { notAdmitted } from './preflight.ts';
import { drillOf, isOver, rowOf, withEvent, withHalt } from './row.ts';
import { freshTopology, guardBecause, leaseLostBecause } from './safety.ts';
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
const settle_limit_ms = 10_000;
const look_every_ms = 500;

interface Finding {
  decisions: Decision[];
  victims: string[];
  why: string | null;
}

/** Admission again from live data, under the lease; when it admits, the row says `injecting`, with step, token and victims, before anything starts. */
export const readmit = task('Readmit', async (tools: Tools, input: TaskInput): Promise<ReadmitResult> => {
  const drill = drillOf(tools, await rowOf(tools, input.run));
  const load = await awaitBaseline(tools, input.run, drill);
  const found = await examine(tools, input.run, drill, load);
  const now = tools.clock.now();
  const template = tools.faults.template(drill);
  // The last word is spoken inside the conditional write: whatever halted or changed the row meanwhile refuses.
  const row = await tools.runs.change(input.run, (own) => {
    if (own.outcome !== null || isOver(own)) return null;
    const why = found.why ?? stale(own, now);
    return why === null ? injecting(own, found, template, now) : refusing(own, found, why, now);
  });
  const step = row.steps.at(-1);
  const admitted = row.outcome === null && !isOver(row) && row.phase === 'injecting' && step !== undefined && step.experiment === null;
  if (admitted)
    return {
      decision: 'inject',
      step: step.step,
      token: step.token,
      template: step.template,
      why: found.decisions.map((each) => each.inequality).join('; '),
    };
  const why = row.outcome?.kind === 'refused' ? row.outcome.why : `not injecting: ${row.halt?.why ?? `the run is ${row.phase}`}`;
  return { decision: 'refused', step: step?.step ?? 0, token: '', template: '', why };
});

/** Looks at the heartbeats until both witnesses are alive and clean; returns why they are not once the time for that is over. */
async function awaitBaseline(tools: Tools, run: string, drill: Drill): Promise<string | null> {
  const until = tools.clock.now() + settle_limit_ms;
  while (true) {
    const row = await rowOf(tools, run);
    const now = tools.clock.now();
    const why = silentBecause(row, now)?.why ?? uncleanBecause(row, drill);
    if (why === null || isOver(row) || row.segments.some((each) => each.died) || now >= until) return why;
    await tools.clock.sleep(look_every_ms);
  }
}

async function examine(tools: Tools, run: string, drill: Drill, load: string | null): Promise<Finding> {
  const row = await rowOf(tools, run);
  const now = tools.clock.now();
  const before =
    load ?? (await leaseLostBecause(tools, row, row.heal_deadline_at)) ?? tooLate(row, drill, now) ?? (await guardBecause(tools, drill));
  const seen = await freshTopology(tools, drill);
  if ('why' in seen) return { decisions: [], victims: [], why: before ?? seen.why };
  const decisions = admit(drill, seen.topology, 'readmission', now);
  const victims = victimsOf(drill, seen.topology);
  const nobody = victims.length === 0 ? 'there is no victim' : null;
  return { decisions, victims, why: before ?? notAdmitted(decisions) ?? nobody };
}

function tooLate(row: RunRow, drill: Drill, now: number): string | null {
  const left_ms = row.deadline_at - now;
  const wanted_ms = drill.window.settle_s * 1000;
  return left_ms > wanted_ms ? null : `${left_ms} ms are left before the deadline, less than the ${wanted_ms} ms that must be watched`;
}

/** What must still hold at the moment of the write. */
function stale(row: RunRow, now: number): string | null {
  const held = row.steps.find((each) => each.experiment !== null);
  if (held !== undefined) return `step ${held.step} already holds experiment ${held.experiment}`;
  if (row.phase !== 'watching' && row.phase !== 'injecting') return `the run is ${row.phase}, not watching`;
  return silentBecause(row, now)?.why ?? null;
}

/** A retry that finds its own step keeps the token, so that the start stays the same start; the victims are the ones admitted now. */
function injecting(row: RunRow, found: Finding, template: string, now: number): RunRow {
  const number = row.steps.at(-1)?.step ?? 1;
  const step: Step = { step: number, template, token: `${row.run}/${number}`, victims: found.victims, injecting_at: now, experiment: null };
  const next: RunRow = { ...row, phase: 'injecting', steps: [step], admission: [...row.admission, ...found.decisions] };
  return withEvent(next, now, 'injecting', `step ${number} on ${found.victims.join(', ')}`);
}

function refusing(row: RunRow, found: Finding, because: string, now: number): RunRow {
  const why = `not injecting: ${because}`;
  const next: RunRow = { ...row, outcome: { kind: 'refused', at: 'readmission', why }, admission: [...row.admission, ...found.decisions] };
  return withHalt(withEvent(next, now, 'refused', why), { at: now, by: 'refused', why });
}
