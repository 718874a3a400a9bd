import type { Clock } from '../core/clock.ts';
import { BadInput } from '../core/errors.ts';
import { haltRun } from '../lambdas/halt.ts';
import type { RunRow, Runs } from '../lambdas/tools.ts';
import { exit } from './exit.ts';
import { type Output, print } from './output.ts';
import { type PlaceOptions, placeOf } from './place.ts';

export interface StopOptions extends PlaceOptions {
  all?: boolean;
}

const poll_ms = 3_000;

/** A run that healing was given its time for, and the sweeper after it. */
const grace_ms = 10 * 60_000;

/** How a stopped run stands: `released` null when it did not end in its time. */
interface Stopped {
  run: string;
  released: RunRow['released'];
  why: string;
}

/** `drill stop RUN|--all`: sets the halt flag, so that the workflow heals and releases, and waits for that. 1 when a store is left unhealed, 3 when nothing runs. */
export async function stop(run: string | undefined, options: StopOptions, out: Output): Promise<number> {
  if ((run === undefined) === (options.all !== true))
    throw new BadInput('drill stop', run === undefined ? 'no run' : 'a run and --all', 'a run, or --all', 'look with `drill status`');
  const place = await placeOf(options);
  const stopped = await place.withRuns((runs, clock) => stopRuns(runs, clock, run));
  if (out.json) await print(JSON.stringify(stopped, null, 2));
  else if (stopped.length === 0) await print(run === undefined ? 'no run is under way' : `${run}: not under way`);
  else await print(stopped.map((each) => `${each.run}: ${each.why}`).join('\n'));
  if (stopped.length === 0) return exit.refused;
  return stopped.every((each) => each.released === 'free') ? exit.pass : exit.fail;
}

/** Halts a run, or all that are under way, and waits until each is released. */
export async function stopRuns(runs: Runs, clock: Clock, run: string | undefined): Promise<Stopped[]> {
  const rows = (await runs.unreleased()).filter((row) => run === undefined || row.run === run);
  for (const row of rows) {
    await haltRun({ runs, clock }, row.run, 'person', 'stopped by a person');
    process.stderr.write(`${row.run}: asked to stop; ${row.store} is healed first\n`);
  }
  return Promise.all(rows.map((row) => released(runs, clock, row)));
}

async function released(runs: Runs, clock: Clock, { run, store, deadline_at, heal_deadline_at }: RunRow): Promise<Stopped> {
  const until = clock.now() + (heal_deadline_at - deadline_at) + grace_ms;
  for (;;) {
    const row = await runs.read(run);
    if (row?.released === 'free') return { run, released: 'free', why: `stopped and healed; ${store} is free` };
    if (row?.released === 'quarantined')
      return { run, released: 'quarantined', why: `not healed: ${row.heal?.why ?? 'nobody knows'}; ${store} is quarantined` };
    if (clock.now() >= until)
      return { run, released: null, why: `asked to stop, but ${store} is not released yet; look with \`drill status\`` };
    await clock.sleep(poll_ms);
  }
}
