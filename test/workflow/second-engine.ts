import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError, StateMachine as TheirMachine } from 'aws-local-stepfunctions';
import type { StateMachine, TaskState } from '../../workflow/state-machine.ts';
import type { Tasks } from '../../workflow/walk.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import { onVirtualTimers } from '../virtual/timers.ts';

/** How npm `aws-local-stepfunctions` ended the same machine, in our interpreter's words. */
export interface TheirEnd {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output?: unknown;
  error?: string;
  cause?: string;
  states: string[];
  tasks: string[];
  branches: { [branch: string]: string[] };
}

/** One execution on the second engine. */
export interface TheirExecution {
  machine: StateMachine;
  tasks: Tasks;
  name: string;
  id?: string;
  input: unknown;
  clock: VirtualClock;
  /** Virtual milliseconds after the start at which the execution is aborted. */
  abort_after_ms?: number | undefined;
}

/**
 * Runs a bound machine, unchanged, on an engine that we did not write. It keeps time with `setTimeout`, which stands on the
 * virtual clock meanwhile, so that its waits, back-offs and timeouts are its own.
 */
export function executeElsewhere(execution: TheirExecution): Promise<TheirEnd> {
  return onVirtualTimers(execution.clock, () => run(execution));
}

async function run({ machine, tasks, name, id = name, input, clock, abort_after_ms }: TheirExecution): Promise<TheirEnd> {
  const walked: Pick<TheirEnd, 'states' | 'tasks' | 'branches'> = { states: [], tasks: [], branches: {} };
  // Its own validation compiles a schema each time, and the file has been through asl-validator in file-checks.test.ts.
  const theirs = new TheirMachine(structuredClone(machine) as never, { validationOptions: { noValidate: true } });
  const { result, abort, eventLogs } = theirs.run(input as never, {
    overrides: { taskResourceLocalHandlers: handlersOf(machine, tasks, walked) as never },
    context: { Execution: { Name: name, Id: id } } as never,
  });
  const log = readStates(eventLogs, walked.states);
  if (abort_after_ms !== undefined) clock.timer(abort_after_ms, abort);
  const end = await result.then((output: unknown) => ({ status: 'SUCCEEDED' as const, output }), endOf);
  await log;
  return { ...end, ...walked };
}

async function readStates(events: ReturnType<TheirMachine['run']>['eventLogs'], states: string[]): Promise<void> {
  for await (const event of events) if (event.type === 'StateEntered') states.push(event.state.name);
}

function endOf(thrown: unknown): Pick<TheirEnd, 'status' | 'error' | 'cause'> {
  if (thrown instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (thrown instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
  if (!(thrown instanceof ExecutionError)) throw thrown;
  const { name, message } = thrown.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}

type Handler = (input: unknown) => Promise<unknown>;

/** Its handlers go by state, ours by resource; each call passes through JSON, as it would on the way to a function. */
function handlersOf(machine: StateMachine, tasks: Tasks, walked: Pick<TheirEnd, 'tasks' | 'branches'>): { [state: string]: Handler } {
  const handlers = tasksByBranch(machine, 'main').map(({ name, state, branch }): [string, Handler] => {
    const handler = tasks[state.Resource];
    if (handler === undefined) throw new Error(`no function for ${state.Resource}`);
    return [
      name,
      async (input) => {
        walked.tasks.push(name);
        walked.branches[branch] = [...(walked.branches[branch] ?? []), name];
        return overJson(await handler(overJson(input)));
      },
    ];
  });
  return Object.fromEntries(handlers);
}

const overJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

function tasksByBranch(machine: StateMachine, branch: string): { name: string; state: TaskState; branch: string }[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    if (state.Type === 'Task') return [{ name, state, branch }];
    return state.Type === 'Parallel' ? state.Branches.flatMap((inner, index) => tasksByBranch(inner, `${name}[${index}]`)) : [];
  });
}
