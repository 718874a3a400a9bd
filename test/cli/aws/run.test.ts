import { expect, test } from 'vitest';
import { runOnAws } from '../../../cli/aws-run.ts';
import type { RunResult } from '../../../cli/place.ts';
import { stopRuns } from '../../../cli/stop.ts';
import type { Machine } from '../../../lambdas/aws/machine.ts';
import { sweep } from '../../../lambdas/sweep.ts';
import { type Ended, execute } from '../../../workflow/interpreter.ts';
import { virtualFailover } from '../../virtual/drill.ts';
import { type Knobs, type VirtualWorld, virtualWorld } from '../../virtual/world.ts';
import { execution, run, machine as workflow } from '../../walks/walk.ts';

interface Course {
  knobs?: Partial<Knobs>;
  /** What a look at the execution throws, by its number. */
  blind?: (nth: number) => boolean;
  /** The execution is aborted after so long, as from the console. */
  abort_after_ms?: number;
  /** What happens while it is followed. */
  meanwhile?: (world: VirtualWorld, person: AbortController) => Promise<void>;
  before?: (world: VirtualWorld, person: AbortController) => Promise<void>;
}

/** Follows a real workflow in virtual time, started by a stand-in for Step Functions. */
async function followed({ knobs, blind = () => false, abort_after_ms, meanwhile, before }: Course = {}) {
  const world = virtualWorld(knobs);
  const { clock, tools, tasks } = world;
  const person = new AbortController();
  const lines: string[] = [];
  let started = 0;
  let looks = 0;
  let over: Ended | undefined;
  const abort = new AbortController();
  const machine: Machine = {
    start: async (name, drill) => {
      started += 1;
      world.running.add(execution);
      if (abort_after_ms !== undefined) clock.timer(abort_after_ms, () => abort.abort());
      void execute({ machine: workflow, tasks, clock, name, id: execution, input: { drill }, signal: abort.signal }).then((ended) => {
        over = ended;
        world.running.delete(execution);
      });
      return execution;
    },
    look: async () => {
      looks += 1;
      if (blind(looks)) throw new Error('no network');
      const error = over === undefined || over.status === 'SUCCEEDED' ? null : (over.error ?? over.status);
      return { running: over === undefined, error, cause: over?.cause ?? '' };
    },
  };
  await before?.(world, person);
  const order = { run, folder: '', interrupted: person.signal, progress: ({ text }: { text: string }) => void lines.push(text) };
  const following = runOnAws(virtualFailover, order, { tools, machine });
  const [result] = await clock.drive(Promise.all([following, meanwhile?.(world, person)]));
  return { world, result: result as RunResult, lines, started, looks };
}

test('a run is followed to its report, and told by its row', async () => {
  const { result, lines, world } = await followed();
  expect(result.error).toBeNull();
  expect(result.report).toMatchObject({ run, verdict: 'pass', outcome: 'completed' });
  expect(result.record?.run).toBe(run);
  expect(lines[0]).toBe(`execution ${execution}`);
  const phases = ['two witnesses write', 'breaking pg-', 'done: ', 'the steady state is there again'];
  const found = phases.map((text) => lines.findIndex((line) => line.includes(text)));
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(Math.min(...found)).toBeGreaterThan(0);
  expect(new Set(lines).size).toBeGreaterThan(lines.length / 2);
  expect((await world.tools.runs.read(run))?.released).toBe('free');
});

test('a person who interrupts halts it through its row, and it is healed', async () => {
  const { result, world } = await followed({
    meanwhile: async ({ clock }, person) => {
      await clock.sleep(8_000);
      person.abort('SIGINT');
    },
  });
  expect(result.error).toBe('DrillAborted');
  expect(result.report).toMatchObject({ outcome: 'aborted', grade: null });
  const row = await world.tools.runs.read(run);
  expect(row).toMatchObject({ released: 'free', halt: { by: 'person' }, heal: { healed: true } });
});

test('`drill stop` does the same from elsewhere, and waits for the release', async () => {
  let stopped: Awaited<ReturnType<typeof stopRuns>> = [];
  const { result } = await followed({
    meanwhile: async ({ clock, tools }) => {
      await clock.sleep(8_000);
      stopped = await stopRuns(tools.runs, clock, undefined);
    },
  });
  expect(stopped).toEqual([{ run, released: 'free', why: 'stopped and healed; virtual-aurora is free' }]);
  expect(result.report?.outcome).toBe('aborted');
});

test('interrupted before the start, nothing is started', async () => {
  const { result, started } = await followed({ before: async (_, person) => person.abort('SIGINT') });
  expect({ started, error: result.error, report: result.report }).toEqual({ started: 0, error: 'DrillAborted', report: null });
});

test.each(['held', 'quarantined'] as const)('a store that is %s is refused without a start', async (state) => {
  const { result, started } = await followed({
    before: async ({ tools, clock }) => {
      const now = clock.now();
      const times = { claimed_at: now, deadline_at: now + 1, heal_deadline_at: now + 2, expires_at: now + 3_600_000 };
      const other = { run: 'other', execution: 'e', drill: 'virtual-failover', store: 'virtual-aurora', slot: null, takeover: false };
      await tools.runs.claim({ ...other, ...times });
      if (state === 'quarantined') await tools.runs.release('other', 'quarantined', 'not healed');
    },
  });
  expect({ started, error: result.error }).toEqual({ started: 0, error: 'DrillRefused' });
  expect(result.why).toContain(state);
});

test('a refusal has its report', async () => {
  const { result } = await followed({ knobs: { calendar: () => 'sale' } });
  expect(result).toMatchObject({ error: 'DrillRefused', report: { outcome: 'refused' } });
});

test('looks that fail for a while change nothing, and are told once', async () => {
  const { result, lines } = await followed({ blind: (nth) => nth > 2 && nth < 8 });
  expect(result).toMatchObject({ error: null, report: { verdict: 'pass' } });
  expect(lines.filter((line) => line.includes('no network'))).toHaveLength(1);
});

test('a run out of sight is not called anything: it goes on', async () => {
  const { result, looks } = await followed({ blind: () => true });
  expect(result).toMatchObject({ error: 'DrillUnseen', record: null, report: null });
  expect(result.why).toContain('goes on');
  expect(looks).toBe(100);
});

test('an aborted execution is followed until the sweeper has healed and released it', async () => {
  const { result, world } = await followed({
    abort_after_ms: 8_000,
    meanwhile: async ({ clock, tools }) => {
      await clock.sleep(80_000);
      await sweep(tools)();
    },
  });
  expect(result.error).toBe('ABORTED');
  expect(result.report).not.toBeNull();
  expect((await world.tools.runs.read(run))?.released).toBe('free');
});
