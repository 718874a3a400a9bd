import { type Case, Caught, conform, toCaught } from './conformance.ts';
import { machineOf, taskOn } from './machines.ts';

conform([
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
]);
