import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Course, costOf, type Deployed, prices, tenMinutes } from '../../lambdas/cost.ts';
import { virtualFailover, virtualRoll } from '../virtual/drill.ts';
import { run, walkHere, worldOf } from '../walks/walk.ts';

const tasks = ['Witness', 'Claim', 'Preflight', 'Readmit', 'Watch', 'Halt', 'Heal', 'Readback', 'Collect', 'Grade', 'Release'];
const deployed: Deployed = { memory_mb: Object.fromEntries(tasks.map((task) => [task, 512])), metrics_read: 2 };

test.each([
  { drill: virtualFailover, knobs: {}, steps: 1 },
  { drill: virtualRoll, knobs: { kafka: {} }, steps: 3 },
])('$drill.name enters as many states as it is told to cost', async ({ drill, knobs, steps }) => {
  const world = await worldOf({ name: drill.name, ends: 'SUCCEEDED', knobs });
  const began = world.clock.now();
  const { status, states } = await walkHere(world, { input: { drill: drill.name } });
  expect(status).toBe('SUCCEEDED');
  const row = await world.tools.runs.read(run);
  const polls = states.filter((state) => /^(Heal|Collect)?Poll$/.test(state)).length;
  // Witnesses stop a moment after the flag, so the load is as long as their segments say.
  const ended = Math.max(...(row?.segments ?? []).map(({ closed_at }) => closed_at ?? 0));
  const { transitions } = costOf(drill, deployed, { load_s: (ended - began) / 1000, heal_s: 0, collect_s: 0, steps, action_minutes: 1 });
  expect(states.length - 3 * polls).toBe(transitions.fixed);
});

test('each line is its count times its price, and all but FIS is the orchestrator', () => {
  const cost = costOf({ window: { ...virtualFailover.window, poll_s: 10, segment_s: 600 } }, deployed, tenMinutes(1));
  expect(cost.transitions).toEqual({ fixed: 21 + 5 + 2 * 3, polling: 3 * (48 + 3 + 9) });
  const usd = (what: string) => cost.lines.find((line) => line.what === what)?.usd ?? 0;
  expect(usd('state transitions')).toBeCloseTo(212 * 0.000025, 12);
  expect(usd('GB-seconds of the probe')).toBeCloseTo(480 * prices.lambda_gb_s, 12);
  expect(cost.usd - cost.orchestrator_usd).toBeCloseTo(0.1, 12);
  expect(cost.lines.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(cost.usd, 12);
});

test('what lasts longer, does more or has more memory never costs less', () => {
  const amount = fc.integer({ min: 1, max: 900 });
  const course = fc.record({
    load_s: amount,
    heal_s: amount,
    collect_s: amount,
    steps: fc.integer({ min: 1, max: 6 }),
    action_minutes: amount,
  });
  fc.assert(
    fc.property(
      course,
      fc.constantFrom<keyof Course>('load_s', 'heal_s', 'collect_s', 'steps', 'action_minutes'),
      amount,
      (less, which, more) => {
        const usd = (each: Course) => costOf(virtualFailover, deployed, each).usd;
        expect(usd({ ...less, [which]: less[which] + more })).toBeGreaterThanOrEqual(usd(less));
      },
    ),
  );
});

test('a function whose memory nobody knows is not taken for free', () => {
  expect(() => costOf(virtualFailover, { ...deployed, memory_mb: {} }, tenMinutes(1))).toThrow('memory of');
});
