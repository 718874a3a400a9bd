import { Caught, conform, toCaught } from './conformance.ts';
import { machineOf, taskOn } from './machines.ts';

conform([
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
]);
