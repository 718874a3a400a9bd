import { BadInput } from '../core/errors.ts';
import { experimentsOf, isTerminal } from '../lambdas/experiments.ts';
import { drillOf } from '../lambdas/row.ts';
import { freshTopology } from '../lambdas/safety.ts';
import { unsteadyBecause } from '../lambdas/steady.ts';
import { reason } from '../lambdas/task.ts';
import type { RunRow, Tools } from '../lambdas/tools.ts';

/**
 * Lifts the quarantine of a store: undoes once more what its last run broke, and looks itself whether the steady state is there
 * again. `done` is false while a run holds the store, or while it is not healthy.
 */
export async function clearAwsStore(tools: Tools, store: string, say: (text: string) => void): Promise<{ done: boolean; why: string }> {
  const stores = [...new Set(tools.drills.map((drill) => tools.topology.store(drill)))];
  if (!stores.includes(store))
    throw new BadInput('store', JSON.stringify(store), `one of ${stores.join(', ')}`, 'name a target of the suite');
  const lease = await tools.runs.lease(store);
  if (lease?.state === 'held') return { done: false, why: `still held by ${lease.run}; \`drill stop ${lease.run}\` stops and heals it` };
  if (lease?.state !== 'quarantined') return { done: true, why: 'was not quarantined' };
  const row = lease.run === null ? undefined : await tools.runs.read(lease.run);
  const left = row === undefined ? null : await leftOf(tools, row, say).catch(reason);
  if (left !== null) return { done: false, why: `not healed: ${left}` };
  return { done: true, why: (await tools.runs.clear(store, 'confirmed by a person')) ? 'quarantine lifted' : 'was not quarantined' };
}

/** What still keeps the store of a run from being healthy, or null. */
async function leftOf(tools: Tools, row: RunRow, say: (text: string) => void): Promise<string | null> {
  for (const step of row.steps) {
    const live = (await experimentsOf(tools, row, step)).find((each) => !isTerminal(each));
    if (live !== undefined) return `experiment ${live.id} is ${live.status}; stop it first`;
  }
  say(`undoing the faults of ${row.run}`);
  await tools.faults.undo(row);
  const seen = await freshTopology(tools, drillOf(tools, row));
  return 'why' in seen ? seen.why : unsteadyBecause(seen.topology, row.topology);
}
