import { describe, expect, test } from 'vitest';
import { BadInput } from '../../core/errors.ts';
import { drillDefinition } from '../../workflow/definition.ts';
import { readMachine } from '../../workflow/subset.ts';

const machine = (state: object, more: object = {}) => ({ StartAt: 'A', States: { A: state, B: { Type: 'Succeed' } }, ...more });
const pass = (more: object) => machine({ Type: 'Pass', End: true, ...more });
const task = (more: object) => machine({ Type: 'Task', Resource: 'f', TimeoutSeconds: 9, End: true, ...more });
const choice = (rule: object) =>
  machine({ Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'x', Next: 'B', ...rule }], Default: 'B' });

test('the drill file lies in the subset', () => {
  expect(readMachine(drillDefinition)).toBe(drillDefinition);
});

describe('what is not known is refused by name before anything runs', () => {
  test.each<[string, unknown, string]>([
    ['no object', null, 'the state machine: got null'],
    ['a field of the machine', pass({ Comment: 'x' }).States && { ...pass({}), QueryLanguage: 'JSONata' }, 'got the field QueryLanguage'],
    ['a type', machine({ Type: 'Map', End: true }), 'state A: got the type "Map"'],
    ['a state that is no object', machine(null as never), 'state A: got the type null'],
    ['OutputPath', pass({ OutputPath: '$.x' }), 'state A: got the field OutputPath'],
    ['InputPath', task({ InputPath: '$.x' }), 'state A: got the field InputPath'],
    ['Result', pass({ Result: 1 }), 'got the field Result'],
    ['Assign', pass({ Assign: {} }), 'got the field Assign'],
    ['Arguments', task({ Arguments: {} }), 'got the field Arguments'],
    ['HeartbeatSeconds', task({ HeartbeatSeconds: 3 }), 'got the field HeartbeatSeconds'],
    ['JitterStrategy', task({ Retry: [{ ErrorEquals: ['x'], JitterStrategy: 'FULL' }] }), 'state A, Retry: got the field JitterStrategy'],
    ['a catcher with Output', task({ Catch: [{ ErrorEquals: ['x'], Next: 'B', Output: {} }] }), 'state A, Catch: got the field Output'],
    ['Timestamp', machine({ Type: 'Wait', Timestamp: 'x', End: true }), 'got the field Timestamp'],
    ['a Choice with And', choice({ And: [] }), 'state A, Choices: got the field And'],
    ['a Choice with a mistyped operator', choice({ StringEqual: 'x' }), 'got the field StringEqual'],
    [
      'a branch with TimeoutSeconds',
      machine({ Type: 'Parallel', End: true, Branches: [{ StartAt: 'C', TimeoutSeconds: 3, States: { C: { Type: 'Succeed' } } }] }),
      'got the field TimeoutSeconds',
    ],
    ['ErrorPath', machine({ Type: 'Fail', Error: 'E', Cause: 'c', ErrorPath: '$' }), 'got the field ErrorPath'],
  ])('%s', (_, file, message) => {
    expect(() => readMachine(file)).toThrow(BadInput);
    expect(() => readMachine(file)).toThrow(message);
  });
});

describe('what is known but wrong is refused too', () => {
  test.each<[string, unknown, string]>([
    ['no TimeoutSeconds on a task', task({ TimeoutSeconds: undefined }), 'state A, TimeoutSeconds: got nothing'],
    ['a TimeoutSeconds of nought', task({ TimeoutSeconds: 0 }), 'state A, TimeoutSeconds: got 0'],
    ['an intrinsic function', task({ Parameters: { 'x.$': "States.Format('{}', $.a)" } }), 'state A, Parameters'],
    ['one deep inside', pass({ Parameters: { list: [{ inner: { 'x.$': 'States.UUID()' } }] } }), 'state A, Parameters'],
    ['a filter in a path', choice({ Variable: '$.a[?(@.b)]' }), 'Variable: got "$.a[?(@.b)]"'],
    ['a context path as ResultPath', pass({ ResultPath: '$$.Execution' }), 'ResultPath: got "$$.Execution"'],
    ['two operators', choice({ BooleanEquals: true }), 'got StringEquals and BooleanEquals'],
    ['no operator', choice({ StringEquals: undefined }), 'state A, Choices: got neither'],
    ['Next and End', pass({ Next: 'B' }), 'state A: got Next and End'],
    ['neither Next nor End', pass({ End: undefined }), 'state A: got neither'],
    ['End false', pass({ End: false }), 'state A, End: got false'],
    ['two kinds of wait', machine({ Type: 'Wait', Seconds: 1, SecondsPath: '$.a', End: true }), 'got Seconds and SecondsPath'],
    ['half a second', machine({ Type: 'Wait', Seconds: 0.5, End: true }), 'Seconds: got 0.5'],
    ['a start that does not exist', { StartAt: 'Z', States: { A: { Type: 'Succeed' } } }, 'StartAt: got "Z"'],
    ['a Next that does not exist', machine({ Type: 'Pass', Next: 'Z' }), 'Next: got "Z"'],
    ['a Next that every object has', machine({ Type: 'Pass', Next: 'toString' }), 'Next: got "toString"'],
    [
      'a Default that does not exist',
      machine({ Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'x', Next: 'B' }], Default: 'Z' }),
      'Default: got "Z"',
    ],
    ['a Catch to nowhere', task({ Catch: [{ ErrorEquals: ['x'], Next: 'Z' }] }), 'Catch: got "Z"'],
    ['an empty list of errors', task({ Retry: [{ ErrorEquals: [] }] }), 'ErrorEquals: got []'],
    ['a back-off that shrinks', task({ Retry: [{ ErrorEquals: ['x'], BackoffRate: 0.5 }] }), 'BackoffRate: got 0.5'],
    [
      'one name twice',
      machine({ Type: 'Parallel', End: true, Branches: [{ StartAt: 'B', States: { B: { Type: 'Succeed' } } }] }),
      'a second state of that name',
    ],
  ])('%s', (_, file, message) => {
    expect(() => readMachine(JSON.parse(JSON.stringify(file)))).toThrow(message);
  });
});
