import type { Lease, RunRow } from '../lambdas/tools.ts';
import { span } from '../report/phrases.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import { type PlaceOptions, placeOf } from './place.ts';

/** `drill status`: the runs that are not released yet, and how each store stands. Reads only. */
export async function status(options: PlaceOptions, out: Output): Promise<number> {
  const place = await placeOf(options);
  const stores = [...new Set(place.drills.map((drill) => place.store(drill)))];
  const { runs, leases, now } = await place.withRuns(async (runs, clock) => ({
    runs: await runs.unreleased(),
    leases: await Promise.all(stores.map((store) => runs.lease(store))),
    now: clock.now(),
  }));
  if (out.json) {
    const brief = runs.map(({ run, drill, store, phase, claimed_at, halt, steps }) => ({
      run,
      drill,
      store,
      phase,
      claimed_at,
      halt,
      steps,
    }));
    await print(JSON.stringify({ runs: brief, stores: stores.map((store, i) => leases[i] ?? { store, state: 'free' }) }, null, 2));
    return exit.pass;
  }
  const width = Math.max(...stores.map((store) => store.length));
  await print(
    [
      runs.length === 0 ? 'no run is under way' : `${runs.length === 1 ? '1 run' : `${runs.length} runs`} under way`,
      ...runs.map((row) => `  ${lineOf(row, now)}`),
      'stores',
      ...stores.map((store, i) => `  ${store.padEnd(width)}  ${standing(leases[i])}`),
    ].join('\n'),
  );
  return exit.pass;
}

function lineOf({ run, store, phase, claimed_at, halt }: RunRow, now: number): string {
  const halted = halt === null ? '' : `, halted by ${halt.by}: ${halt.why}`;
  return `${run}  on ${store}  ${phase}, for ${span(now - claimed_at)}${halted}`;
}

function standing(lease: Lease | undefined): string {
  if (lease === undefined || lease.state === 'free') return 'free';
  if (lease.state === 'quarantined') return `quarantined since ${lease.run ?? 'a run'}: ${lease.why}`;
  return `held by ${lease.run ?? 'a run'} until ${new Date(lease.expires_at).toISOString()}`;
}
