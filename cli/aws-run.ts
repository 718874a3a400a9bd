import type { Drill } from '../core/drill.ts';
import type { Machine, Standing } from '../lambdas/aws/machine.ts';
import { haltOn } from '../lambdas/halt.ts';
import { keptBecause } from '../lambdas/new-run.ts';
import { storedDocuments } from '../lambdas/stored-documents.ts';
import { reason } from '../lambdas/task.ts';
import type { RunRow, Tools } from '../lambdas/tools.ts';
import type { RunOrder, RunResult } from './place.ts';
import { RowTeller } from './row-teller.ts';

export interface AwsParts {
  tools: Pick<Tools, 'runs' | 'clock' | 'evidence' | 'topology'>;
  /** The state machine of the drill's target. */
  machine: Machine;
}

const poll_ms = 3_000;

/** So many looks in a row may fail, a network or a log-in being away for a while; the drill goes on meanwhile. */
const most_blind = 100;

/** How long after an execution's end the sweeper may take to heal and release what it left. */
const swept_within_ms = 15 * 60_000;

/** Starts the state machine of the drill's target and follows the run to its verdict. Never stops the execution: a halted one heals by itself. */
export async function runOnAws(drill: Drill, order: RunOrder, parts: AwsParts): Promise<RunResult> {
  const { tools, machine } = parts;
  if (order.interrupted.aborted) return notRun('interrupted before anything was started', 'DrillAborted');
  const lease = await tools.runs.lease(tools.topology.store(drill));
  // One that has expired may be taken over, which Claim decides.
  const kept = lease === undefined || (lease.state === 'held' && lease.expires_at <= tools.clock.now()) ? null : keptBecause(lease);
  if (kept !== null) return notRun(kept, 'DrillRefused');
  const execution = await machine.start(order.run, drill.name);
  order.progress({ at: tools.clock.now(), phase: 'start', text: `execution ${execution}` });
  const halting = haltOn(order.interrupted, tools, order.run);
  try {
    return await follow(execution, order, parts, () => halting.again());
  } finally {
    halting.off();
  }
}

async function follow(execution: string, order: RunOrder, { tools, machine }: AwsParts, again: () => Promise<void>): Promise<RunResult> {
  const teller = new RowTeller(order.progress);
  let blind = 0;
  let ended_at: number | null = null;
  for (;;) {
    await tools.clock.sleep(poll_ms);
    await again();
    const now = tools.clock.now();
    try {
      const standing = await machine.look(execution);
      const row = await tools.runs.read(order.run);
      blind = 0;
      if (row !== undefined) await teller.look(row, now);
      if (!standing.running) {
        ended_at ??= now;
        if (row === undefined || row.released !== null || now - ended_at > swept_within_ms) return await resultOf(row, standing, tools);
      }
    } catch (error) {
      blind += 1;
      if (blind === 1) order.progress({ at: now, phase: 'unseen', text: `${reason(error)}; the drill goes on, and is looked for again` });
      if (blind >= most_blind)
        return notRun(`lost sight of ${order.run}, which goes on: ${reason(error)}; look with \`drill status --on aws\``, 'DrillUnseen');
    }
  }
}

async function resultOf(row: RunRow | undefined, { error, cause }: Standing, tools: Pick<Tools, 'evidence'>): Promise<RunResult> {
  const why = row?.outcome?.kind === 'refused' ? row.outcome.why : cause || error || 'the execution succeeded';
  return { ...(await storedDocuments(row, tools)), why, error };
}

function notRun(why: string, error: string): RunResult {
  return { record: null, report: null, why, error };
}
