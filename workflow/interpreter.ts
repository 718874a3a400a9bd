import type { Clock } from '../core/clock.ts';
import { BadInput } from '../core/errors.ts';
import { resourcesOf } from './bind.ts';
import { choose } from './choice.ts';
import { History, type Limits, limits } from './history.ts';
import { fillTemplate, readPath, type Scope, writePath } from './json-path.ts';
import { runParallel } from './parallel.ts';
import { StateError, Stopped } from './state-error.ts';
import type { State, StateMachine, WaitState } from './state-machine.ts';
import { readMachine } from './subset.ts';
import { runTask } from './task.ts';
import { pause, startTimer } from './timing.ts';
import type { Boundary, Place, StateNews, Step, Tasks, Walk } from './walk.ts';

/** One execution to run. */
export interface Execution {
  machine: StateMachine;
  tasks: Tasks;
  /** `$$.Execution.Name`. */
  name: string;
  /** `$$.Execution.Id`; the name unless given. */
  id?: string;
  input: unknown;
  clock: Clock;
  limits?: Partial<Limits>;
  /** Aborting it ends the execution as ABORTED; tasks in flight run on unheard. */
  signal?: AbortSignal;
  onState?(news: StateNews): void;
  boundary?: Boundary;
}

/** How an execution ended. */
export interface Ended {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output?: unknown;
  error?: string;
  cause?: string;
  /** States in the order entered, all branches together. */
  states: string[];
  /** Task states in the order called, attempts counted, all branches together; `branches` has them by branch. */
  tasks: string[];
  branches: { [branch: string]: string[] };
  /** Events that the service would have written. */
  events: number;
}

/**
 * Runs a bound machine to its end. Rejects only when the machine cannot be run at all (`BadInput`), or with what a hook
 * threw, such as a `Crash`: then the execution has stopped as if its process had died.
 */
export async function execute(execution: Execution): Promise<Ended> {
  const machine = readMachine(execution.machine);
  refuseUnbound(machine, execution.tasks);
  const root = new AbortController();
  const walk = startWalk(execution, root);
  const abort = () => root.abort(new Stopped('ABORTED', 'the execution was aborted'));
  execution.signal?.addEventListener('abort', abort, { once: true });
  if (execution.signal?.aborted) abort();
  const expire = () => root.abort(new Stopped('TIMED_OUT', `the execution took longer than ${machine.TimeoutSeconds} s`));
  const cancel = machine.TimeoutSeconds === undefined ? () => {} : startTimer(execution.clock, machine.TimeoutSeconds * 1000, expire);
  try {
    const input = walk.history.carry('the input', execution.input);
    const output = await runMachine(walk, machine, input, { branch: 'main', signal: root.signal });
    walk.history.count(1);
    return ended(walk.history, { status: 'SUCCEEDED', output });
  } catch (thrown) {
    return endedBy(walk.history, thrown);
  } finally {
    cancel();
    execution.signal?.removeEventListener('abort', abort);
  }
}

function refuseUnbound(machine: StateMachine, tasks: Tasks): void {
  const missing = resourcesOf(machine).filter((resource) => !Object.hasOwn(tasks, resource));
  if (missing.length > 0)
    throw new BadInput(
      'tasks',
      `nothing for ${missing.join(', ')}`,
      'a function for every resource',
      'bind the file and pass its handlers',
    );
}

function startWalk(execution: Execution, root: AbortController): Walk {
  const { clock, name } = execution;
  return {
    clock,
    tasks: execution.tasks,
    history: new History({ ...limits, ...execution.limits }),
    execution: { Id: execution.id ?? name, Name: name, Input: execution.input, StartTime: new Date(clock.now()).toISOString() },
    tell: (state, kind, place) => execution.onState?.({ at: clock.now(), state, kind, branch: place.branch }),
    cross: async (state, when, n) => {
      try {
        await execution.boundary?.(state, when, n);
      } catch (thrown) {
        // Aborting at once keeps the other branches from taking another step: a dead process takes none.
        root.abort(thrown);
        throw thrown;
      }
    },
  };
}

async function runMachine(walk: Walk, machine: StateMachine, input: unknown, place: Place): Promise<unknown> {
  let document = input;
  let name: string | undefined = machine.StartAt;
  while (name !== undefined) {
    place.signal.throwIfAborted();
    const state: State | undefined = machine.States[name];
    if (state === undefined) throw new StateError('States.Runtime', `there is no state ${name}`);
    walk.history.entered(name);
    walk.tell(name, 'entered', place);
    const step: Step = await runState(walk, name, state, document, place);
    document = walk.history.carry(`the output of ${name}`, step.document);
    walk.history.count(1);
    walk.tell(name, 'exited', place);
    name = step.next;
  }
  return document;
}

async function runState(walk: Walk, name: string, state: State, document: unknown, place: Place): Promise<Step> {
  const entered = { EnteredTime: new Date(walk.clock.now()).toISOString(), Name: name };
  const scope: Scope = { document, context: { Execution: walk.execution, State: entered } };
  switch (state.Type) {
    case 'Pass':
      return { next: state.Next, document: writePath(state.ResultPath, document, fillTemplate(state.Parameters, scope)) };
    case 'Task':
      return runTask(walk, name, state, scope, place);
    case 'Choice':
      return { next: choose(state, scope), document };
    case 'Wait':
      await pause(walk.clock, waitOf(name, state, scope) * 1000, place.signal);
      return { next: state.Next, document };
    case 'Parallel':
      return runParallel(walk, name, state, document, place, runMachine);
    case 'Succeed':
      return { next: undefined, document };
    case 'Fail':
      throw new StateError(state.Error, state.Cause);
    default:
      return state satisfies never;
  }
}

function waitOf(name: string, state: WaitState, scope: Scope): number {
  if ('Seconds' in state) return state.Seconds;
  const seconds = readPath(state.SecondsPath, scope);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw new StateError('States.Runtime', `${name}: ${state.SecondsPath} is ${JSON.stringify(seconds)}, and a wait takes whole seconds`);
}

function endedBy(history: History, thrown: unknown): Ended {
  if (thrown instanceof StateError) return ended(history, { status: 'FAILED', error: thrown.error, cause: thrown.message });
  if (!(thrown instanceof Stopped) || thrown.status === 'SIBLING') throw thrown;
  if (thrown.status === 'ABORTED') return ended(history, { status: 'ABORTED' });
  return ended(history, { status: 'TIMED_OUT', error: 'States.Timeout', cause: thrown.message });
}

function ended(history: History, how: Pick<Ended, 'status' | 'output' | 'error' | 'cause'>): Ended {
  const { states, tasks, branches, events } = history;
  return { ...how, states: [...states], tasks: [...tasks], branches: structuredClone(branches), events };
}
