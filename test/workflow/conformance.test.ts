import { describe, expect, test } from 'vitest';
import type { StateMachine } from '../../workflow/state-machine.ts';
import { runOnBoth, walkOf } from './both-engines.ts';
import { machineOf, type Script, scripted, taskOn } from './machines.ts';

interface Case {
  construct: string;
  machine: StateMachine;
  scripts?: { [resource: string]: Script };
  input?: unknown;
  abort_after_ms?: number;
  ends: { status: string; error?: string; output?: unknown };
  /** Each function call as `<name>@<ms after the start>`. */
  calls?: string[];
  /** Virtual milliseconds at the end. */
  took_ms?: number;
}

const all = ['States.ALL'];
const toCaught = [{ ErrorEquals: all, ResultPath: '$.error', Next: 'Caught' }];
const Caught = { Type: 'Pass', End: true } as const;

const cases: Case[] = [
  {
    construct: 'Pass with Parameters: paths, nested objects and plain values',
    machine: machineOf({ A: { Type: 'Pass', Parameters: { 'x.$': '$.a.b', kept: 1, inner: { 'y.$': '$.list', z: null } }, End: true } }),
    input: { a: { b: false }, list: [] },
    ends: { status: 'SUCCEEDED', output: { x: false, kept: 1, inner: { y: [], z: null } } },
  },
  {
    construct: 'Pass with ResultPath adds to the document',
    machine: machineOf({ A: { Type: 'Pass', Parameters: { on: true }, ResultPath: '$.deep.flag', End: true } }),
    input: { deep: { was: 1 } },
    ends: { status: 'SUCCEEDED', output: { deep: { was: 1, flag: { on: true } } } },
  },
  {
    construct: 'context object: name, id and input of the execution',
    machine: machineOf({
      A: {
        Type: 'Pass',
        Parameters: { 'name.$': '$$.Execution.Name', 'id.$': '$$.Execution.Id', 'in.$': '$$.Execution.Input.k' },
        End: true,
      },
    }),
    input: { k: 'v' },
    ends: { status: 'SUCCEEDED', output: { name: 'run-1', id: 'execution:run-1', in: 'v' } },
  },
  {
    construct: 'Task: Parameters in, ResultSelector and ResultPath out',
    machine: machineOf({
      A: taskOn('f', { Parameters: { 'only.$': '$.a' }, ResultSelector: { 'id.$': '$.Experiment.Id' }, ResultPath: '$.got', End: true }),
    }),
    scripts: { f: [{ answer: { Experiment: { Id: 'EXP1', Big: 'x' } } }] },
    input: { a: 1 },
    ends: { status: 'SUCCEEDED', output: { a: 1, got: { id: 'EXP1' } } },
    calls: ['f@0'],
  },
  {
    construct: 'Task: ResultPath null drops the result',
    machine: machineOf({ A: taskOn('f', { ResultPath: null, End: true }) }),
    scripts: { f: [{ answer: 'gone' }] },
    input: { a: 1 },
    ends: { status: 'SUCCEEDED', output: { a: 1 } },
  },
  {
    construct: 'Task: without ResultPath the result is the document',
    machine: machineOf({ A: taskOn('f', { End: true }) }),
    scripts: { f: [{ answer: [1] }] },
    ends: { status: 'SUCCEEDED', output: [1] },
  },
  {
    construct: 'Task: what a function throws ends the execution under its name',
    machine: machineOf({ A: taskOn('f', { End: true }) }),
    scripts: { f: [{ fail: 'Boom' }] },
    ends: { status: 'FAILED', error: 'Boom' },
  },
  {
    construct: 'Retry: back-off 1 s, 2 s, 4 s, then the error stands',
    machine: machineOf({
      A: taskOn('f', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3 }], End: true }),
    }),
    scripts: { f: [{ fail: 'Busy' }] },
    ends: { status: 'FAILED', error: 'Busy' },
    calls: ['f@0', 'f@1000', 'f@3000', 'f@7000'],
    took_ms: 7000,
  },
  {
    construct: 'Retry: the language defaults are 3 attempts, 1 s, doubling',
    machine: machineOf({ A: taskOn('f', { Retry: [{ ErrorEquals: ['Busy'] }], End: true }) }),
    scripts: { f: [{ fail: 'Busy' }] },
    ends: { status: 'FAILED', error: 'Busy' },
    calls: ['f@0', 'f@1000', 'f@3000', 'f@7000'],
  },
  {
    construct: 'Retry: MaxDelaySeconds caps the back-off',
    machine: machineOf({
      A: taskOn('f', {
        Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 5 }],
        End: true,
      }),
    }),
    scripts: { f: [{ fail: 'Busy' }, { fail: 'Busy' }, { fail: 'Busy' }, { answer: 'ok' }] },
    ends: { status: 'SUCCEEDED', output: 'ok' },
    calls: ['f@0', 'f@2000', 'f@7000', 'f@12000'],
  },
  {
    construct: 'Retry: each retrier counts for itself',
    machine: machineOf({
      A: taskOn('f', {
        Retry: [
          { ErrorEquals: ['One'], MaxAttempts: 1 },
          { ErrorEquals: ['Two'], IntervalSeconds: 10, MaxAttempts: 1 },
        ],
        End: true,
      }),
    }),
    scripts: { f: [{ fail: 'One' }, { fail: 'Two' }, { fail: 'One' }] },
    ends: { status: 'FAILED', error: 'One' },
    calls: ['f@0', 'f@1000', 'f@11000'],
  },
  {
    construct: 'Retry: MaxAttempts 0 never retries',
    machine: machineOf({ A: taskOn('f', { Retry: [{ ErrorEquals: all, MaxAttempts: 0 }], End: true }) }),
    scripts: { f: [{ fail: 'Busy' }] },
    ends: { status: 'FAILED', error: 'Busy' },
    calls: ['f@0'],
  },
  {
    construct: 'Retry: an error that nobody names is not retried',
    machine: machineOf({ A: taskOn('f', { Retry: [{ ErrorEquals: ['Busy'] }], Catch: toCaught, Next: 'Caught' }), Caught }),
    scripts: { f: [{ fail: 'Other' }] },
    ends: { status: 'SUCCEEDED', output: { error: { Error: 'Other', Cause: 'Other as scripted' } } },
    calls: ['f@0'],
  },
  {
    construct: 'Retry: States.TaskFailed is any error but a timeout',
    machine: machineOf({
      A: taskOn('f', { TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2 }], End: true }),
    }),
    scripts: { f: [{ fail: 'Any' }, { take_ms: 6000 }] },
    ends: { status: 'FAILED', error: 'States.Timeout' },
    calls: ['f@0', 'f@1000'],
    took_ms: 6000,
  },
  {
    construct: 'Catch: ResultPath keeps the document, after the retries are spent',
    machine: machineOf({
      A: taskOn('f', { ResultPath: '$.r', Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }], Catch: toCaught, End: true }),
      Caught,
    }),
    scripts: { f: [{ fail: 'Busy' }] },
    input: { kept: true },
    ends: { status: 'SUCCEEDED', output: { kept: true, error: { Error: 'Busy', Cause: 'Busy as scripted' } } },
    calls: ['f@0', 'f@1000'],
  },
  {
    construct: 'Catch: without ResultPath the error is the document',
    machine: machineOf({ A: taskOn('f', { Catch: [{ ErrorEquals: all, Next: 'Caught' }], End: true }), Caught }),
    scripts: { f: [{ fail: 'Busy' }] },
    input: { kept: false },
    ends: { status: 'SUCCEEDED', output: { Error: 'Busy', Cause: 'Busy as scripted' } },
  },
  {
    construct: 'Catch: the first catcher that names the error',
    machine: machineOf({
      A: taskOn('f', {
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Wrong' },
          { ErrorEquals: ['Busy'], Next: 'Caught' },
        ],
        End: true,
      }),
      Wrong: { Type: 'Fail', Error: 'Wrong', Cause: 'not this one' },
      Caught,
    }),
    scripts: { f: [{ fail: 'Busy' }] },
    ends: { status: 'SUCCEEDED', output: { Error: 'Busy', Cause: 'Busy as scripted' } },
  },
  {
    construct: 'TimeoutSeconds on a task: States.Timeout, which States.ALL catches',
    machine: machineOf({
      A: taskOn('f', { TimeoutSeconds: 30, Catch: toCaught, End: true }),
      Caught: { Type: 'Fail', Error: 'WasCaught', Cause: 'in time' },
    }),
    scripts: { f: [{ take_ms: 31_000 }] },
    ends: { status: 'FAILED', error: 'WasCaught' },
    took_ms: 30_000,
  },
  {
    construct: 'TimeoutSeconds on the machine: it ends TIMED_OUT in the middle of a wait',
    machine: machineOf({ A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: taskOn('f', { End: true }) }, { TimeoutSeconds: 60 }),
    scripts: { f: [{ answer: 1 }] },
    ends: { status: 'TIMED_OUT', error: 'States.Timeout' },
    calls: [],
    took_ms: 60_000,
  },
  {
    construct: 'TimeoutSeconds on the machine: no Catch sees it',
    machine: machineOf({ A: taskOn('f', { TimeoutSeconds: 900, Catch: toCaught, End: true }), Caught }, { TimeoutSeconds: 60 }),
    scripts: { f: [{ take_ms: 61_000 }] },
    ends: { status: 'TIMED_OUT', error: 'States.Timeout' },
    calls: ['f@0'],
    took_ms: 60_000,
  },
  {
    construct: 'abort: ABORTED at once, in the middle of a task',
    machine: machineOf({ A: taskOn('f', { Catch: toCaught, Next: 'Caught' }), Caught }),
    scripts: { f: [{ take_ms: 10_000 }] },
    abort_after_ms: 2500,
    ends: { status: 'ABORTED' },
    calls: ['f@0'],
    took_ms: 2500,
  },
  {
    construct: 'Wait: Seconds, and SecondsPath, and nought',
    machine: machineOf({
      A: { Type: 'Wait', Seconds: 5, Next: 'B' },
      B: { Type: 'Wait', SecondsPath: '$.plan.poll_s', Next: 'C' },
      C: { Type: 'Wait', SecondsPath: '$.plan.none_s', Next: 'D' },
      D: taskOn('f', { End: true }),
    }),
    scripts: { f: [{ answer: 'late' }] },
    input: { plan: { poll_s: 7, none_s: 0 } },
    ends: { status: 'SUCCEEDED', output: 'late' },
    calls: ['f@12000'],
  },
  ...[
    { status: 'yes', sure: true, next: 'Yes' },
    { status: 'maybe', sure: true, next: 'Sure' },
    { status: 'maybe', sure: false, next: 'Other' },
    { status: true, sure: 'true', next: 'Other' },
  ].map(
    ({ next, ...input }): Case => ({
      construct: `Choice: ${JSON.stringify(input)} goes to ${next}`,
      machine: machineOf({
        A: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.status', StringEquals: 'yes', Next: 'Yes' },
            { Variable: '$.sure', BooleanEquals: true, Next: 'Sure' },
          ],
          Default: 'Other',
        },
        Yes: { Type: 'Fail', Error: 'Yes', Cause: 'chosen' },
        Sure: { Type: 'Fail', Error: 'Sure', Cause: 'chosen' },
        Other: { Type: 'Fail', Error: 'Other', Cause: 'chosen' },
      }),
      input,
      ends: { status: 'FAILED', error: next },
    }),
  ),
  {
    construct: 'Choice: no rule and no default is States.NoChoiceMatched',
    machine: machineOf({ A: { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'x', Next: 'B' }] }, B: { Type: 'Succeed' } }),
    input: { a: 'y' },
    ends: { status: 'FAILED', error: 'States.NoChoiceMatched' },
  },
  {
    construct: 'Choice: a path that finds nothing is States.Runtime',
    machine: machineOf({
      A: { Type: 'Choice', Choices: [{ Variable: '$.a.b', StringEquals: 'x', Next: 'B' }], Default: 'B' },
      B: { Type: 'Succeed' },
    }),
    input: { a: {} },
    ends: { status: 'FAILED', error: 'States.Runtime' },
  },
  {
    construct: 'Parameters: a path that finds nothing is States.Runtime, which States.ALL does not catch',
    machine: machineOf({ A: taskOn('f', { Parameters: { 'x.$': '$.none' }, Catch: toCaught, Next: 'Caught' }), Caught }),
    scripts: { f: [{ answer: 1 }] },
    ends: { status: 'FAILED', error: 'States.Runtime' },
    calls: [],
  },
  {
    construct: 'ResultSelector: a path that finds nothing is States.Runtime, which States.ALL does not catch',
    machine: machineOf({ A: taskOn('f', { ResultSelector: { 'x.$': '$.none' }, Catch: toCaught, Next: 'Caught' }), Caught }),
    scripts: { f: [{ answer: {} }] },
    ends: { status: 'FAILED', error: 'States.Runtime' },
    calls: ['f@0'],
  },
  {
    construct: 'Succeed ends with its input',
    machine: machineOf({ A: { Type: 'Succeed' } }),
    input: { x: 1 },
    ends: { status: 'SUCCEEDED', output: { x: 1 } },
  },
  {
    construct: 'Parallel: results in the order of the branches, whichever ends first',
    machine: machineOf({
      P: {
        Type: 'Parallel',
        ResultPath: '$.both',
        End: true,
        Branches: [
          { StartAt: 'Slow', States: { Slow: taskOn('slow', { End: true }) } },
          { StartAt: 'Quick', States: { Quick: taskOn('quick', { Parameters: { 'x.$': '$.x' }, ResultPath: '$.r', End: true }) } },
        ],
      },
    }),
    scripts: { slow: [{ take_ms: 9000, answer: 'slow' }], quick: [{ answer: 'quick' }] },
    input: { x: 1 },
    ends: { status: 'SUCCEEDED', output: { x: 1, both: ['slow', { x: 1, r: 'quick' }] } },
    took_ms: 9000,
  },
  {
    construct: 'Parallel: a branch that fails fails it at once; the others enter no further state, tasks in flight finish',
    machine: machineOf({
      P: {
        Type: 'Parallel',
        ResultPath: null,
        Catch: toCaught,
        Next: 'Caught',
        Branches: [
          { StartAt: 'Bad', States: { Bad: taskOn('bad', { End: true }) } },
          { StartAt: 'Long', States: { Long: taskOn('long', { Next: 'After' }), After: taskOn('after', { End: true }) } },
          { StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 4, Next: 'Woken' }, Woken: taskOn('after', { End: true }) } },
        ],
      },
      Caught: taskOn('last', { ResultPath: null, End: true }),
    }),
    scripts: { bad: [{ take_ms: 3000, fail: 'Bad' }], long: [{ take_ms: 5000 }], after: [{ answer: 1 }], last: [{ take_ms: 10_000 }] },
    ends: { status: 'SUCCEEDED', output: { error: { Error: 'Bad', Cause: 'Bad as scripted' } } },
    calls: ['bad@0', 'long@0', 'last@3000'],
    took_ms: 13_000,
  },
  {
    construct: 'Parallel: a Fail state in a branch is that branch failing',
    machine: machineOf({
      P: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'why' } } }] },
    }),
    ends: { status: 'FAILED', error: 'Inner' },
  },
  {
    construct: 'Parallel: its Catch does not see States.Runtime either',
    machine: machineOf({
      P: {
        Type: 'Parallel',
        Catch: toCaught,
        Next: 'Caught',
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Parameters: { 'x.$': '$.none' }, End: true } } }],
      },
      Caught,
    }),
    ends: { status: 'FAILED', error: 'States.Runtime' },
  },
  {
    construct: 'Parallel: Succeed in a branch ends that branch alone',
    machine: machineOf({
      P: {
        Type: 'Parallel',
        End: true,
        Branches: [
          { StartAt: 'S', States: { S: { Type: 'Succeed' } } },
          { StartAt: 'T', States: { T: taskOn('f', { End: true }) } },
        ],
      },
    }),
    scripts: { f: [{ take_ms: 1000, answer: 2 }] },
    input: 1,
    ends: { status: 'SUCCEEDED', output: [1, 2] },
    took_ms: 1000,
  },
];

describe('every construct in use ends the same on both engines', () => {
  test.each(cases)('$construct', async ({ machine, scripts = {}, input, abort_after_ms, ends, calls, took_ms }) => {
    const options = { ...(input === undefined ? {} : { input }), ...(abort_after_ms === undefined ? {} : { abort_after_ms }) };
    const { ours, theirs, worlds } = await runOnBoth(machine, () => scripted(scripts), options);
    expect({ status: ours.status, error: ours.error, output: ours.output }).toEqual(ends);
    expect({ status: theirs.status, error: theirs.error, output: theirs.output }).toEqual(ends);
    expect(walkOf(theirs)).toEqual(walkOf(ours));
    if (calls)
      for (const world of [worlds.ours, worlds.theirs])
        expect(world.calls.map(({ resource, at_ms }) => `${resource}@${at_ms}`)).toEqual(calls);
    if (took_ms !== undefined)
      expect([worlds.ours, worlds.theirs].map(({ clock }) => clock.now() - scripted({}).clock.now())).toEqual([took_ms, took_ms]);
  });
});
