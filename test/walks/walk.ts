import { expect } from 'vitest';
import type { Report } from '../../core/report.ts';
import { sweep } from '../../lambdas/sweep.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { bindByName } from '../../workflow/bind.ts';
import definition from '../../workflow/drill.asl.json' with { type: 'json' };
import { type Ended, type Execution, execute } from '../../workflow/interpreter.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { type Knobs, type VirtualWorld, virtualWorld } from '../virtual/world.ts';
import { runOnBoth, walkOf } from '../workflow/both-engines.ts';

/** The file as every place runs it, its tasks bound to functions by their names. */
export const machine = bindByName(definition);

export const run = 'run-1';
export const execution = `execution:${run}`;

/** One way through the workflow: what goes wrong, and how it must end. `ends` is a status for success, else the error. */
export interface Walk {
  name: string;
  ends: string;
  knobs?: Partial<Knobs> | undefined;
  input?: unknown;
  /** Another machine than the file as it is. */
  machine?: StateMachine;
  abort_after_ms?: number;
  /** Prepares a world before the execution starts. */
  before?(world: VirtualWorld): Promise<unknown>;
  /** The verdict and letter that the report must have; absent where the walk's end says it all. */
  graded?: string;
  /** What must be so in the row or the report. */
  shows?: ((end: { row: RunRow | undefined; report: Report | undefined; world: VirtualWorld }) => void) | undefined;
}

/** The file with one task of a branch left to fail: what the net under the branches is for. */
export function withoutItsCatch(task: string): StateMachine {
  const changed = structuredClone(machine);
  for (const state of Object.values(changed.States)) {
    const branch = state.Type === 'Parallel' ? state.Branches.find((each) => task in each.States) : undefined;
    const found = branch?.States[task];
    if (found?.Type === 'Task') delete found.Catch;
  }
  return changed;
}

/** A fresh world for a walk, with its execution known to run. */
export async function worldOf(walk: Walk): Promise<VirtualWorld> {
  const world = virtualWorld(walk.knobs);
  await walk.before?.(world);
  world.running.add(execution);
  return world;
}

/** Walks on both engines, demands the same end and tasks of both, and checks what must always hold in both worlds. */
export async function walkOnBoth(walk: Walk): Promise<void> {
  const abort = walk.abort_after_ms === undefined ? {} : { abort_after_ms: walk.abort_after_ms };
  const both = await runOnBoth(walk.machine ?? machine, () => worldOf(walk), {
    name: run,
    id: execution,
    input: walk.input ?? { drill: 'virtual-failover' },
    ...abort,
  });
  expect(walkOf(both.theirs)).toEqual(walkOf(both.ours));
  expect(endOf(both.ours)).toBe(walk.ends);
  for (const world of [both.worlds.ours, both.worlds.theirs]) {
    const report = (await world.evidence.get(`${run}/report.json`)) as Report | undefined;
    if (walk.graded !== undefined) expect(`${report?.verdict} ${report?.grade ?? '-'}: ${report?.why}`).toContain(walk.graded);
    walk.shows?.({ row: await world.tools.runs.read(run), report, world });
    await endsWell(world);
  }
}

/** Walks on our interpreter alone, in the given world. */
export function walkHere(world: VirtualWorld, walk: Pick<Walk, 'input' | 'machine'>, hooks: Partial<Execution> = {}): Promise<Ended> {
  const { clock, tasks } = world;
  return clock.drive(
    execute({
      machine: walk.machine ?? machine,
      tasks,
      clock,
      name: run,
      id: execution,
      input: walk.input ?? { drill: 'virtual-failover' },
      ...hooks,
    }),
  );
}

export function endOf(end: { status: string; error?: string }): string {
  return end.error ?? end.status;
}

/** The execution is gone; the sweeper looks twice, and witnesses come to their own deadlines. Then these always hold. */
export async function endsWell(world: VirtualWorld): Promise<void> {
  world.running.clear();
  const { clock, tools } = world;
  await clock.drive(sweep(tools)());
  expect((await clock.drive(sweep(tools)())).swept).toEqual([]);
  await clock.drive(clock.sleep(200_000));
  expect(world.probe.watching).toBe(0);
  const row = await tools.runs.read(run);
  const experiments = world.experiments.all();
  expect(new Set(experiments.map((each) => each.id)).size).toBeLessThanOrEqual(row?.steps.length ?? 0);
  expect(world.evidence.versions.get(`${run}/report.json`)?.size ?? 0).toBeLessThanOrEqual(1);
  if (row === undefined) return;
  expect(row).toMatchObject({
    phase: 'closed',
    released: expect.stringMatching(/^(free|quarantined)$/),
    heal: row.steps.length === 0 ? row.heal : { ended_at: expect.any(Number) },
  });
  const lease = await tools.runs.lease(row.store);
  expect(lease?.state === 'held' && lease.run === run).toBe(false);
  if (row.released === 'quarantined') return;
  // Nobody writes any more once the run is called healed, or reading back would race with writing.
  const healed_at = row.heal?.ended_at ?? Number.POSITIVE_INFINITY;
  for (const segment of row.segments) expect(segment.closed_at ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(healed_at);
  expect(experiments.filter((each) => each.end_at === null)).toEqual([]);
  expect(world.cluster.lost()).toEqual([]);
}
