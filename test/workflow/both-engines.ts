import { type Ended, execute } from '../../workflow/interpreter.ts';
import type { StateMachine } from '../../workflow/state-machine.ts';
import type { StateNews, Tasks } from '../../workflow/walk.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import { executeElsewhere, type TheirEnd } from './second-engine.ts';

/** What one execution runs against: its own clock, and functions by resource over services that nobody else touches. */
export interface World {
  clock: VirtualClock;
  tasks: Tasks;
}

export interface BothOptions {
  name?: string;
  id?: string;
  input?: unknown;
  /** Virtual milliseconds after the start at which the execution is aborted. */
  abort_after_ms?: number;
  /** Hears our interpreter alone. */
  onState?: (news: StateNews) => void;
}

/** Both ends of one walk, and the worlds in which they happened. */
export interface Both<W extends World> {
  ours: Ended;
  theirs: TheirEnd;
  worlds: { ours: W; theirs: W };
}

/** Runs one bound machine on our interpreter and on npm `aws-local-stepfunctions`, each in a world of its own, in virtual time. */
export async function runOnBoth<W extends World>(
  machine: StateMachine,
  makeWorld: () => W | Promise<W>,
  options: BothOptions = {},
): Promise<Both<W>> {
  const here = await makeWorld();
  const ours = await here.clock.drive(executeHere(machine, here, options));
  const there = await makeWorld();
  const theirs = await executeElsewhere({ machine, ...there, ...callOf(options), abort_after_ms: options.abort_after_ms });
  return { ours, theirs, worlds: { ours: here, theirs: there } };
}

function executeHere(machine: StateMachine, { clock, tasks }: World, options: BothOptions): Promise<Ended> {
  const abort = new AbortController();
  if (options.abort_after_ms !== undefined) clock.timer(options.abort_after_ms, () => abort.abort());
  const { onState = () => {} } = options;
  return execute({ machine, tasks, clock, ...callOf(options), signal: abort.signal, onState });
}

function callOf({ name = 'run-1', id = `execution:${name}`, input = {} }: BothOptions): { name: string; id: string; input: unknown } {
  return { name, id, input };
}

/** What two engines must agree on: how it ended, and the tasks called in each branch, attempts counted. */
export function walkOf(end: Ended | TheirEnd): { status: string; error: string | undefined; branches: { [branch: string]: string[] } } {
  return { status: end.status, error: end.error, branches: end.branches };
}
