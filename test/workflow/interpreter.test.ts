import { describe, expect, test } from 'vitest';
import { type Execution, execute } from '../../workflow/interpreter.ts';
import { Crash } from '../../workflow/state-error.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import type { Boundary, StateNews } from '../../workflow/walk.ts';
import { start_at } from '../virtual/clock.ts';
import { Caught, toCaught } from './conformance.ts';
import { machineOf, type Script, scripted, taskOn } from './machines.ts';

async function run(machine: StateMachine, scripts: { [resource: string]: Script }, more: Partial<Execution> = {}) {
  const { clock, tasks, calls } = scripted(scripts);
  const ended = await clock.drive(execute({ machine, tasks, clock, name: 'run-1', input: {}, ...more }));
  return { ended, calls, took_ms: clock.now() - start_at, asleep: clock.asleep() };
}

const looping = machineOf({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });

describe('limits of the service', () => {
  test('the history ends an execution at 25,000 events, and nothing catches it', async () => {
    const { ended } = await run(looping, {});
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime', events: 25_000 });
    expect(ended.cause).toContain('maximum number of history events (25000)');
  });

  test('events are counted as the service writes them: five for a task, two for other states, two for the execution', async () => {
    const machine = machineOf({
      A: taskOn('f', { Next: 'B' }),
      B: { Type: 'Wait', Seconds: 1, Next: 'C' },
      C: { Type: 'Pass', End: true },
    });
    expect((await run(machine, { f: [{ answer: 1 }] })).ended.events).toBe(5 + 2 + 2 + 2);
  });

  test.each<[string, StateMachine, unknown]>([
    ['the input', machineOf({ A: { Type: 'Succeed' } }), { text: 'é'.repeat(40) }],
    [
      'the input of A',
      machineOf({ A: taskOn('f', { Parameters: { 'a.$': '$.text', 'b.$': '$.text' }, End: true }) }),
      { text: 'x'.repeat(50) },
    ],
    ['the result of A', machineOf({ A: taskOn('f', { ResultPath: null, Catch: toCaught, Next: 'Caught' }), Caught }), { want: 99 }],
    [
      'the output of A',
      machineOf({ A: { Type: 'Pass', Parameters: { 'x.$': '$.text' }, ResultPath: '$.again', End: true } }),
      { text: 'x'.repeat(60) },
    ],
  ])('%s is too large: States.DataLimitExceeded, caught by nothing', async (what, machine, input) => {
    const { ended } = await run(machine, { f: [{ answer: 'x'.repeat(99) }] }, { input, limits: { state_bytes: 90 } });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(ended.cause).toMatch(new RegExp(`^${what} has \\d+ bytes, more than 90$`));
  });

  test('a cause is cut at 32 Ki characters', async () => {
    const tasks = { f: () => Promise.reject(new Error('x'.repeat(40_000))) };
    const { ended } = await run(machineOf({ A: taskOn('f', { End: true }) }), {}, { tasks });
    expect(ended.cause).toHaveLength(32_768);
  });
});

describe('a crash at a boundary', () => {
  const machine = machineOf({
    A: taskOn('a', { ResultPath: null, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: toCaught, Next: 'P' }),
    P: {
      Type: 'Parallel',
      Catch: toCaught,
      Next: 'Caught',
      Branches: [
        {
          StartAt: 'B',
          States: { B: taskOn('b', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B2' }], Next: 'B2' }), B2: { Type: 'Pass', End: true } },
        },
        { StartAt: 'C', States: { C: taskOn('c', { ResultPath: null, Next: 'C' }) } },
      ],
    },
    Caught,
  });
  const scripts = { a: [{ fail: 'Busy' }, { answer: 1 }], b: [{ take_ms: 4500, answer: 1 }], c: [{ take_ms: 1000, answer: 1 }] };
  const crossed = async (boundary: Boundary) => {
    const crossings: string[] = [];
    const { clock, tasks, calls } = scripted(scripts);
    const died = clock.drive(
      execute({
        machine,
        tasks,
        clock,
        name: 'run-1',
        input: {},
        boundary: (state, when, n) => {
          crossings.push(`${when} ${state} ${n}`);
          return boundary(state, when, n);
        },
      }),
    );
    await expect(died).rejects.toThrow(Crash);
    await clock.drive(clock.sleep(60_000));
    return { crossings, calls: calls.map((call) => call.resource) };
  };
  const crashAt =
    (at: string): Boundary =>
    (state, when, n) => {
      if (`${when} ${state} ${n}` === at) throw new Crash(at);
    };

  test('before a call: the call is never made', async () => {
    expect(await crossed(crashAt('before A 1'))).toEqual({ crossings: ['before A 1'], calls: [] });
  });

  test('after a failed call: neither its Retry nor its Catch runs', async () => {
    expect(await crossed(crashAt('after A 1'))).toEqual({ crossings: ['before A 1', 'after A 1'], calls: ['a'] });
  });

  test('attempts are counted on', async () => {
    expect((await crossed(crashAt('before A 2'))).calls).toEqual(['a']);
  });

  test('in a branch: no other branch takes another step, and no Catch sees it', async () => {
    const { crossings, calls } = await crossed(crashAt('after B 1'));
    expect(crossings.filter((crossing) => crossing.includes('C'))).toEqual(
      [1, 2, 3, 4].flatMap((n) => [`before C ${n}`, `after C ${n}`]).concat('before C 5'),
    );
    expect(calls).toEqual(['a', 'a', 'b', 'c', 'c', 'c', 'c', 'c']);
  });

  test('at the first call of a branch: a branch that would start in the same instant does not', async () => {
    const { crossings, calls } = await crossed(crashAt('before B 1'));
    expect(crossings.filter((crossing) => crossing.includes('C'))).toEqual([]);
    expect(calls).toEqual(['a', 'a']);
  });

  test('thrown late, from a hook that waits', async () => {
    expect((await crossed(async (state) => Promise.reject(new Crash(state)))).calls).toEqual([]);
  });
});

describe('around an execution', () => {
  const twice = machineOf({
    A: taskOn('f', { ResultPath: '$.r', Retry: [{ ErrorEquals: ['Busy'] }], Catch: toCaught, End: true }),
    Caught,
  });

  test('it tells what each state does, and when', async () => {
    const news: StateNews[] = [];
    await run(twice, { f: [{ fail: 'Busy' }, { fail: 'Odd' }] }, { onState: (item) => void news.push(item) });
    expect(news.map(({ at, state, kind, branch }) => `${at - start_at} ${branch} ${state} ${kind}`)).toEqual([
      '0 main A entered',
      '0 main A retried',
      '1000 main A caught',
      '1000 main A exited',
      '1000 main Caught entered',
      '1000 main Caught exited',
    ]);
  });

  test('a function can change neither its caller nor another call by what it was handed', async () => {
    const tasks = { f: async (input: unknown) => Object.assign(input as object, { changed: true }) && new Date(0) };
    const { ended } = await run(machineOf({ A: taskOn('f', { ResultPath: '$.r', End: true }) }), {}, { tasks, input: { a: 1 } });
    expect(ended.output).toEqual({ a: 1, r: '1970-01-01T00:00:00.000Z' });
  });

  test('an attempt sees the input as it was, whatever the attempt before did to it', async () => {
    const seen: unknown[] = [];
    const f = async (input: unknown) => {
      seen.push(structuredClone(input));
      Object.assign(input as object, { spoilt: true });
      throw Object.assign(new Error('again'), { name: 'Busy' });
    };
    await run(twice, {}, { tasks: { f }, input: { a: 1 } });
    expect(seen).toEqual(Array.from({ length: 4 }, () => ({ a: 1 })));
  });

  test('a call is not made when the execution was aborted while its hook waited', async () => {
    const { clock, tasks, calls } = scripted({ f: [{ answer: 1 }] });
    const abort = new AbortController();
    clock.timer(500, () => abort.abort());
    const hooked = { machine: twice, tasks, clock, name: 'run-1', input: {}, signal: abort.signal, boundary: () => clock.sleep(1000) };
    expect((await clock.drive(execute(hooked))).status).toBe('ABORTED');
    expect(calls).toEqual([]);
  });

  test('a function that answers nothing answers null', async () => {
    expect((await run(machineOf({ A: taskOn('f', { End: true }) }), { f: [{}] })).ended.output).toBe(null);
  });

  test('what is thrown without being an error has a name all the same', async () => {
    const tasks = { f: () => Promise.reject('a text') };
    const { ended } = await run(machineOf({ A: taskOn('f', { End: true }) }), {}, { tasks });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Error', cause: 'a text' });
  });

  test('a resource without a function is refused before anything runs', async () => {
    await expect(run(twice, {})).rejects.toThrow('tasks: got nothing for f');
  });

  test('a file outside the subset is refused before anything runs', async () => {
    const odd = { StartAt: 'A', States: { A: { Type: 'Pass', OutputPath: '$', End: true } } } as unknown as StateMachine;
    await expect(run(odd, {})).rejects.toThrow('got the field OutputPath');
  });

  test('a signal that was aborted before the start ends it before its first state', async () => {
    expect((await run(twice, { f: [{}] }, { signal: AbortSignal.abort() })).ended).toMatchObject({
      status: 'ABORTED',
      states: [],
      tasks: [],
    });
  });

  test('no timer outlives the execution', async () => {
    const timed = { ...twice, TimeoutSeconds: 600 };
    expect(await run(timed, { f: [{ fail: 'Busy' }, { take_ms: 5000 }] })).toMatchObject({ took_ms: 6000, asleep: 0 });
  });

  test('on a clock without timers, timeouts and waits work alike', async () => {
    const { clock, tasks } = scripted({ f: [{ take_ms: 61_000 }] });
    const plain = { now: clock.now, sleep: clock.sleep };
    const ended = await clock.drive(execute({ machine: twice, tasks, clock: plain, name: 'run-1', input: {} }));
    expect({ output: ended.output, at: clock.now() - start_at }).toEqual({
      output: { error: { Error: 'States.Timeout', Cause: 'no answer after 60 s' } },
      at: 60_000,
    });
  });
});
