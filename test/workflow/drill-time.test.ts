import { describe, expect, test, vi } from 'vitest';
import { startExperiment } from '../../workflow/definition.ts';
import { execute } from '../../workflow/interpreter.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { start_at } from '../virtual/clock.ts';
import { runOnBoth, walkOf } from './both-engines.ts';
import { drillMachine, drillWorld } from './drill-world.ts';

const polls = (n: number) => [...Array.from({ length: n }, () => ({ answer: { next: 'wait' } })), { answer: { next: 'halt' } }];

async function walk(machine: StateMachine, world: ReturnType<typeof drillWorld>) {
  const { clock, tasks } = world;
  return clock.drive(execute({ machine, tasks, clock, name: 'run-1', input: { drill: 'aurora-failover' } }));
}

test('a drill without polling takes 30 transitions', async () => {
  const world = drillWorld({ Watch: polls(0), Heal: [{ answer: { status: 'healed' } }], Collect: [{ answer: { status: 'done' } }] });
  expect((await walk(drillMachine, world)).states).toHaveLength(30);
});

test.each([
  ['watching', { Watch: polls(11) }, { Watch: polls(1) }],
  ['healing', { Heal: [...Array.from({ length: 11 }, () => ({ answer: { status: 'wait' } })), { answer: { status: 'healed' } }] }, {}],
])('each further poll while %s takes three transitions', async (_, long, short) => {
  const [more, less] = [await walk(drillMachine, drillWorld(long)), await walk(drillMachine, drillWorld(short))];
  expect(more.states.length - less.states.length).toBe(10 * 3);
});

/** A roll of so many steps, each looked at three times. */
const roll = (steps: number) => {
  const step = (next: string) => [{ answer: { next: 'wait' } }, { answer: { next: 'wait' } }, { answer: { next } }];
  const numbers = Array.from({ length: steps }, (_, index) => index + 1);
  return drillWorld({
    Readmit: numbers.map((n) => ({ answer: { decision: 'inject', step: n, token: `run-1/${n}`, template: 'EXT1', why: '' } })),
    [startExperiment]: numbers.map((n) => ({ answer: { Experiment: { Id: `EXP${n}` } } })),
    Watch: numbers.flatMap((n) => step(n === steps ? 'halt' : 'next')),
  });
};

describe('a drill that rolls', () => {
  test('takes five transitions and three a poll for each further step', async () => {
    const [one, five] = [await walk(drillMachine, roll(1)), await walk(drillMachine, roll(5))];
    expect(five.states.length - one.states.length).toBe(4 * (5 + 2 * 3));
    expect(five.events).toBeLessThan(25_000 / 50);
  });

  test('starts each step with its own token and watches its own experiment, on both engines alike', async () => {
    const { ours, theirs, worlds } = await runOnBoth(drillMachine, () => roll(5));
    expect(walkOf(theirs)).toEqual(walkOf(ours));
    for (const { calls } of [worlds.ours, worlds.theirs]) {
      const of = (resource: string) =>
        calls.filter((call) => call.resource === resource).map(({ input }) => input as { [field: string]: unknown });
      expect(of(startExperiment).map(({ ClientToken }) => ClientToken)).toEqual([1, 2, 3, 4, 5].map((n) => `run-1/${n}`));
      expect([...new Set(of('Watch').map(({ experiment }) => experiment))]).toEqual([1, 2, 3, 4, 5].map((n) => `EXP${n}`));
    }
  });
});

describe('a drill of 30 minutes', () => {
  const half_hour = () => drillWorld({ Watch: polls(360) }, 1_900_000);

  test('is over in a small part of a second, without one real timer', async () => {
    const timer = vi.spyOn(globalThis, 'setTimeout');
    const world = half_hour();
    const from_ms = performance.now();
    const ended = await walk(drillMachine, world);
    const real_ms = performance.now() - from_ms;
    const virtual_ms = world.clock.now() - start_at;
    timer.mockRestore();
    process.stdout.write(`30-minute drill: ${virtual_ms / 1000} s virtual, ${real_ms.toFixed(0)} ms real, ${world.clock.woken()} sleeps\n`);
    expect(ended.status).toBe('SUCCEEDED');
    expect(timer).not.toHaveBeenCalled();
    // Two witnesses a second, a poll each 5 s, and the waits around them: nobody sleeps in small steps to look busy.
    expect(world.clock.woken()).toBeGreaterThan(2 * 1800 + 360);
    expect(world.clock.woken()).toBeLessThan(2 * 1850 + 380);
    expect(virtual_ms).toBeGreaterThan(1_800_000);
    expect(virtual_ms / real_ms).toBeGreaterThan(1000);
  });

  test('stays far below the limit of the history', async () => {
    expect((await walk(drillMachine, half_hour())).events).toBeLessThan(25_000 / 5);
  });

  test('changes witnesses at each segment, on both engines alike', async () => {
    const { ours, theirs } = await runOnBoth(drillMachine, half_hour);
    expect(ours.branches['Break[0]']).toEqual(Array.from({ length: 4 }, () => 'WitnessEven'));
    expect(walkOf(theirs)).toEqual(walkOf(ours));
  });
});

test('a drill that never ends is timed out by the machine, on both engines alike', async () => {
  const { ours, theirs, worlds } = await runOnBoth(drillMachine, () => drillWorld({ Heal: [{ answer: { status: 'wait' } }] }));
  expect(ours).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(walkOf(theirs)).toEqual(walkOf(ours));
  expect([worlds.ours, worlds.theirs].map(({ clock }) => clock.now() - start_at)).toEqual([3_600_000, 3_600_000]);
});

test('an aborted drill stops at once, on both engines alike', async () => {
  const { ours, theirs } = await runOnBoth(drillMachine, () => drillWorld(), { abort_after_ms: 6000 });
  expect(ours.status).toBe('ABORTED');
  expect(ours.tasks).toEqual(['Claim', 'Preflight', 'WitnessEven', 'WitnessOdd', 'Readmit', 'Start', 'Watch']);
  expect(walkOf(theirs)).toEqual(walkOf(ours));
});
