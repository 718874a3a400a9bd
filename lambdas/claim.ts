import type { Drill } from '../core/drill.ts';
import { checkDrill } from '../core/drill-check.ts';
import { deadlines, windowFault } from './deadlines.ts';
import { experimentsOf, isTerminal } from './experiments.ts';
import { rowOf, withEvent } from './row.ts';
import { reason, type TaskInput, task } from './task.ts';
import type { RunRow, Tools } from './tools.ts';

/** `input` is what the execution was started with; `scheduled` names the slot that a schedule means to fill. */
export interface ClaimInput extends TaskInput {
  execution: string;
  input: { drill: string; scheduled?: string };
}

/** `plan` is null where nothing was claimed. */
export interface ClaimResult {
  status: 'claimed' | 'duplicate' | 'refused';
  why: string;
  plan: { drill: string; baseline_s: number; poll_s: number } | null;
}

/** Takes the store's lease, the schedule's slot and the run's row in one conditional write. */
export const claim = task('Claim', async (tools: Tools, input: ClaimInput): Promise<ClaimResult> => {
  const found = declared(tools, input.input?.drill);
  if ('why' in found) return refused(found.why);
  const { drill } = found;
  const store = tools.topology.store(drill);
  const holder = await formerHolder(tools, store, input.run);
  if ('why' in holder) return refused(holder.why);

  const now = tools.clock.now();
  const slot = input.input.scheduled === undefined ? null : `${drill.name}/${input.input.scheduled}`;
  const claimed = await tools.runs.claim({
    run: input.run,
    execution: input.execution,
    drill: drill.name,
    store,
    slot,
    claimed_at: now,
    ...deadlines(drill, now),
    takeover: holder.row !== null,
    ...(holder.row !== null && { took_over: { run: holder.row.run, undone: false } }),
  });
  if (claimed.status !== 'claimed') return { status: claimed.status, why: claimed.why, plan: null };
  const left = await undoFormer(tools, claimed.row);
  if (left !== null) return refused(left);
  return {
    status: 'claimed',
    why: `${store} is held by ${input.run}`,
    plan: { drill: drill.name, baseline_s: drill.window.baseline_s, poll_s: drill.window.poll_s },
  };
});

function refused(why: string): ClaimResult {
  return { status: 'refused', why, plan: null };
}

function declared(tools: Tools, name: unknown): { drill: Drill } | { why: string } {
  const drill = tools.drills.find((each) => each.name === name);
  if (drill === undefined)
    return { why: `drill: got ${JSON.stringify(name) ?? 'none'}, wanted one of ${tools.drills.map((each) => each.name).join(', ')}` };
  try {
    checkDrill(drill);
  } catch (error) {
    return { why: reason(error) };
  }
  const why = windowFault(drill);
  return why === null ? { drill } : { why };
}

/** The run whose expired lease may be taken over; `row` is null when there is none to take, and doubt refuses. */
async function formerHolder(tools: Tools, store: string, run: string): Promise<{ row: RunRow | null } | { why: string }> {
  const lease = await tools.runs.lease(store);
  if (lease === undefined || lease.state !== 'held' || lease.run === null || lease.run === run) return { row: null };
  if (lease.expires_at > tools.clock.now()) return { row: null };
  try {
    const row = await tools.runs.read(lease.run);
    if (row === undefined) return { why: `the lease of ${store} has expired, but its holder ${lease.run} has no row that could be healed` };
    if (row.took_over?.undone === false)
      return { why: `the lease of ${store} has expired, but ${lease.run} never undid the faults of ${row.took_over.run}` };
    if (await tools.executionRunning(row.execution)) return { why: `the lease of ${store} has expired, but ${lease.run} is still running` };
    for (const step of row.steps) {
      const live = (await experimentsOf(tools, row, step)).find((each) => !isTerminal(each));
      if (live !== undefined)
        return { why: `the lease of ${store} has expired, but experiment ${live.id} of ${lease.run} is ${live.status}` };
    }
    return { row };
  } catch (error) {
    return { why: `the lease of ${store} has expired, but whether ${lease.run} is gone cannot be read: ${reason(error)}` };
  }
}

/**
 * Undoes, under the new lease, what the former holder may have left broken, unless the row says that it is done: a claim that
 * was broken off goes on here. Returns why that failed, with the store quarantined.
 */
async function undoFormer(tools: Tools, row: RunRow): Promise<string | null> {
  if (row.took_over === undefined || row.took_over.undone) return null;
  const { run } = row.took_over;
  if (row.released !== null) return `run ${row.run} is closed, and never undid the faults of the former holder ${run}`;
  try {
    await tools.faults.undo(await rowOf(tools, run));
    await tools.runs.change(row.run, (own) =>
      withEvent(
        { ...own, took_over: { run, undone: true } },
        tools.clock.now(),
        'claimed',
        `took over the expired lease of ${run} and undid its faults`,
        run,
      ),
    );
    return null;
  } catch (error) {
    const why = `the faults of the former holder ${run} could not be undone: ${reason(error)}`;
    await tools.runs.release(row.run, 'quarantined', why);
    return why;
  }
}
