import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { BadInput } from '../core/errors.ts';
import { drills } from '../drills/index.ts';
import { collect } from '../lambdas/collect.ts';
import { grade } from '../lambdas/grade.ts';
import type { RunRow, Runs, Tools } from '../lambdas/tools.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import { fileEvidence } from './evidence.ts';
import { executionRunning, folderOf } from './execution.ts';
import { homeFolder } from './home.ts';
import { sweepJournals } from './journal.ts';
import { labMetrics } from './metrics.ts';
import { sqliteRuns } from './runs.ts';
import { labStore } from './stores.ts';

/** The rows and leases of this machine's lab. */
export async function labRuns(): Promise<ReturnType<typeof sqliteRuns>> {
  return sqliteRuns(join(await homeFolder('state'), 'runs.sqlite'));
}

/**
 * Finishes what a killed program left: its processes and data are reaped by the journal, its run is graded with whatever
 * evidence there is, and its lease is freed, since the cluster that the lease stood for is gone.
 */
export async function finishCrashed(runs: Runs, clock: Clock, say: (text: string) => void): Promise<void> {
  await sweepJournals();
  for (const row of await runs.unreleased()) {
    if (await executionRunning(row.execution).catch(() => true)) continue;
    const why = 'its program was killed; its cluster was reaped at the next start';
    say(`${row.run}: ${why}`);
    const tools = withoutCluster(runs, clock, row);
    await collect(tools)({ run: row.run })
      .then(() => grade(tools)({ run: row.run }))
      .catch((error: unknown) => say(`${row.run}: not graded: ${error instanceof Error ? error.message : error}`));
    await runs.release(row.run, 'free', why);
  }
}

/** Tools for a run whose cluster is no more: what is gone says so, what is on disk is read, and no event is waited for. */
function withoutCluster(runs: Runs, clock: Clock, row: RunRow): Tools {
  const gone = async (): Promise<never> => {
    throw new Error(`the cluster of ${row.run} is gone`);
  };
  return {
    source: 'lab',
    clock,
    drills,
    runs,
    evidence: fileEvidence(`${folderOf(row.execution)}/evidence`),
    metrics: labMetrics(),
    faults: { template: (drill) => drill.name, get: gone, find: gone, stop: gone, undo: gone, events: async () => [] },
    topology: { store: () => row.store, observe: gone, engine: gone },
    probe: { watch: gone, readback: gone },
    calendar: { open: gone },
    notices: { publish: async () => undefined },
    executionRunning,
  };
}

/** Finishes crashed runs, then lifts the quarantine of a lab store. `done` is false while a live run holds it. */
export async function clearLabStore(store: string, say: (text: string) => void): Promise<{ done: boolean; why: string }> {
  const stores = [...new Set(drills.map(labStore))];
  if (!stores.includes(store))
    throw new BadInput('store', JSON.stringify(store), `one of ${stores.join(', ')}`, 'name a store that the lab has');
  const runs = await labRuns();
  try {
    await finishCrashed(runs, monotonicClock(epochOffset()), say);
    const lease = await runs.lease(store);
    if (lease?.state === 'held') return { done: false, why: `still held by ${lease.run}` };
    return { done: true, why: (await runs.clear(store, 'confirmed by a person')) ? 'quarantine lifted' : 'was not quarantined' };
  } finally {
    runs.close();
  }
}
