import type { Clock } from '../core/clock.ts';
import type { History } from './history.ts';
import { writePath } from './json-path.ts';
import { catcherFor } from './retry.ts';
import { StateError } from './state-error.ts';
import type { Catcher } from './state-machine.ts';

/** Functions by resource. They see JSON and answer JSON, as a Lambda function does. */
export interface Tasks {
  [resource: string]: (input: unknown) => Promise<unknown>;
}

/** What an execution tells while it runs; `branch` is `main`, or `Break[2]` inside a Parallel. */
export interface StateNews {
  at: number;
  state: string;
  kind: 'entered' | 'exited' | 'retried' | 'caught';
  branch: string;
}

/** Called around call `n` of a task's function, from 1. What it throws ends the execution on the spot, as if the process had died. */
export type Boundary = (state: string, when: 'before' | 'after', n: number) => void | Promise<void>;

/** Where a state runs: its branch, and the signal that stops it. */
export interface Place {
  branch: string;
  signal: AbortSignal;
}

/** What every state of one execution shares. */
export interface Walk {
  clock: Clock;
  tasks: Tasks;
  history: History;
  execution: { Id: string; Name: string; Input: unknown; StartTime: string };
  tell(state: string, kind: StateNews['kind'], place: Place): void;
  cross(state: string, when: 'before' | 'after', n: number): Promise<void>;
}

/** Where a state leads, with the document that goes there; `next` undefined ends the machine or branch. */
export interface Step {
  next: string | undefined;
  document: unknown;
}

/** The attempt's own step, or the one to which its failure is caught; other throws pass through. */
export async function orCaught(
  catchers: Catcher[] | undefined,
  document: unknown,
  attempt: () => Promise<Step>,
): Promise<Step & { caught: boolean }> {
  try {
    return { ...(await attempt()), caught: false };
  } catch (thrown) {
    const catcher = thrown instanceof StateError ? catcherFor(catchers, thrown) : undefined;
    if (!(thrown instanceof StateError) || catcher === undefined) throw thrown;
    const error = { Error: thrown.error, Cause: thrown.message };
    return { next: catcher.Next, document: writePath(catcher.ResultPath, document, error), caught: true };
  }
}
