import { Caught, conform, toCaught } from './conformance.ts';
import { machineOf, taskOn } from './machines.ts';

const all = ['States.ALL'];

conform([
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
]);
