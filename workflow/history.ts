import { StateError } from './state-error.ts';

/** The service's quotas, kept here so that a run that AWS would end ends on every engine. */
export interface Limits {
  /** Largest input, result or document of a state, in bytes of its JSON. */
  state_bytes: number;
  history_events: number;
}

export const limits: Limits = { state_bytes: 256 * 1024, history_events: 25_000 };

/** Events that the service writes for one call of a task: scheduled, started, ended. */
export const call_events = 3;

/** What happened in an execution, as far as two engines can be compared by it. */
export class History {
  readonly states: string[] = [];
  readonly tasks: string[] = [];
  readonly branches: { [branch: string]: string[] } = {};
  events = 1;
  readonly #limits: Limits;
  readonly #calls = new Map<string, number>();

  constructor(own: Limits) {
    this.#limits = own;
  }

  entered(state: string): void {
    this.states.push(state);
    this.count(1);
  }

  /** Notes a call of a task and answers how often the task was called before it. */
  called(task: string, branch: string): void {
    this.tasks.push(task);
    const own = this.branches[branch] ?? [];
    own.push(task);
    this.branches[branch] = own;
    this.count(call_events);
  }

  /** The number of the next call of this task, from 1. */
  nextCall(task: string): number {
    const n = (this.#calls.get(task) ?? 0) + 1;
    this.#calls.set(task, n);
    return n;
  }

  count(events: number): void {
    this.events += events;
    if (this.events >= this.#limits.history_events) {
      throw new StateError('States.Runtime', `the execution reached the maximum number of history events (${this.#limits.history_events})`);
    }
  }

  /** The value as JSON has it, so that no two states share an object; throws when it is larger than a state may carry. */
  carry(what: string, value: unknown): unknown {
    const text = JSON.stringify(value) ?? 'null';
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > this.#limits.state_bytes)
      throw new StateError('States.DataLimitExceeded', `${what} has ${bytes} bytes, more than ${this.#limits.state_bytes}`);
    return JSON.parse(text);
  }
}
