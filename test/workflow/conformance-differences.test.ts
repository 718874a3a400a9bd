import { describe, expect, test } from 'vitest';
import { runOnBoth } from './both-engines.ts';
import { Caught, toCaught } from './conformance.ts';
import { machineOf, scripted, taskOn } from './machines.ts';

// Where npm aws-local-stepfunctions 3.0.0 leaves the specification or the service. The drill file depends on none of these.
describe('where the other engine differs', () => {
  const largest = 'x'.repeat(256 * 1024 - 2);
  const big = machineOf({ A: taskOn('f', { ResultPath: null, Catch: toCaught, Next: 'Caught' }), Caught });

  test('a result of 256 KiB passes on both', async () => {
    const { ours, theirs } = await runOnBoth(big, () => scripted({ f: [{ answer: largest }] }));
    expect([ours.status, theirs.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  test('one byte more is States.DataLimitExceeded, which nothing catches; it has no limit', async () => {
    const { ours, theirs } = await runOnBoth(big, () => scripted({ f: [{ answer: `${largest}x` }] }));
    expect([ours.status, ours.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
    expect(theirs.status).toBe('SUCCEEDED');
  });

  test('a branch that was stopped makes no further attempt; it spends all its retries at once, without back-off', async () => {
    const machine = machineOf({
      P: {
        Type: 'Parallel',
        Catch: toCaught,
        Next: 'Caught',
        Branches: [
          { StartAt: 'Bad', States: { Bad: taskOn('bad', { End: true }) } },
          { StartAt: 'Again', States: { Again: taskOn('again', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 9 }], End: true }) } },
        ],
      },
      Caught: taskOn('last', { End: true }),
    });
    const scripts = { bad: [{ take_ms: 500, fail: 'Bad' }], again: [{ fail: 'Busy' }], last: [{ take_ms: 60_000 - 1 }] };
    const { worlds } = await runOnBoth(machine, () => scripted(scripts));
    const calls = (world: typeof worlds.ours) => world.calls.map(({ resource, at_ms }) => `${resource}@${at_ms}`);
    expect(calls(worlds.ours)).toEqual(['bad@0', 'again@0', 'last@500']);
    expect(calls(worlds.theirs).filter((call) => call.startsWith('again'))).toEqual(['again@0', 'again@500', 'again@500', 'again@500']);
  });

  test('inside a branch the execution keeps its input; it has the branch input there', async () => {
    const machine = machineOf({
      A: { Type: 'Pass', Parameters: { changed: true }, Next: 'P' },
      P: {
        Type: 'Parallel',
        End: true,
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Parameters: { 'in.$': '$$.Execution.Input' }, End: true } } }],
      },
    });
    const { ours, theirs } = await runOnBoth(machine, () => scripted({}), { input: { given: 1 } });
    expect([ours.output, theirs.output]).toEqual([[{ in: { given: 1 } }], [{ in: { changed: true } }]]);
  });

  test('the execution starts on the injected clock; it takes the time of the wall', async () => {
    const machine = machineOf({ A: { Type: 'Pass', Parameters: { 'at.$': '$$.Execution.StartTime' }, End: true } });
    const { ours, theirs } = await runOnBoth(machine, () => scripted({}));
    expect(ours.output).toEqual({ at: '2026-01-05T09:00:00.000Z' });
    expect(theirs.output).not.toEqual(ours.output);
  });

  test('the state has a name and a time of entry; it has no state in the context', async () => {
    const machine = machineOf({
      A: { Type: 'Wait', Seconds: 3, Next: 'B' },
      B: { Type: 'Pass', Parameters: { 'at.$': '$$.State.EnteredTime', 'name.$': '$$.State.Name' }, End: true },
    });
    const { ours, theirs } = await runOnBoth(machine, () => scripted({}));
    expect(ours.output).toEqual({ at: '2026-01-05T09:00:03.000Z', name: 'B' });
    expect([theirs.status, theirs.error]).toEqual(['FAILED', 'States.Runtime']);
  });

  test('a ResultPath through a text is States.ResultPathMatchFailure; it replaces the text', async () => {
    const machine = machineOf({ A: { Type: 'Pass', Parameters: { x: 1 }, ResultPath: '$.text.x', End: true } });
    const { ours, theirs } = await runOnBoth(machine, () => scripted({}), { input: { text: 'kept' } });
    expect([ours.status, ours.error]).toEqual(['FAILED', 'States.ResultPathMatchFailure']);
    expect(theirs.output).toEqual({ text: { x: { x: 1 } } });
  });
});

test('the comparison itself notices a walk that differs', async () => {
  const machine = machineOf({ A: taskOn('f', { Retry: [{ ErrorEquals: ['Busy'] }], End: true }) });
  const scripts = [[{ fail: 'Busy' }, { answer: 1 }], [{ answer: 1 }]];
  const { ours, theirs } = await runOnBoth(machine, () => scripted({ f: scripts.shift() ?? [] }));
  expect([ours.branches, theirs.branches]).toEqual([{ main: ['A', 'A'] }, { main: ['A'] }]);
});
