import type { StateMachine, TaskState } from '../../workflow/state-machine.ts';
import { readMachine } from '../../workflow/subset.ts';
import type { Tasks } from '../../workflow/walk.ts';
import { start_at, type VirtualClock, virtualClock } from '../virtual/clock.ts';

/** Steps of a scripted function: an answer, an error's name to throw, or a span to take first. */
export type Script = { answer?: unknown; fail?: string; take_ms?: number }[];

/** When each function was called, in milliseconds after the start, with its input. */
export interface Call {
  resource: string;
  at_ms: number;
  input: unknown;
}

export class ScriptError extends Error {
  constructor(name: string) {
    super(`${name} as scripted`);
    this.name = name;
  }
}

/** Functions that do as their scripts say, the last step again and again. */
export function scripted(scripts: { [resource: string]: Script }): { clock: VirtualClock; tasks: Tasks; calls: Call[] } {
  const clock = virtualClock();
  const calls: Call[] = [];
  const tasks = Object.entries(scripts).map(([resource, script]): [string, Tasks[string]] => {
    let next = 0;
    return [
      resource,
      async (input) => {
        calls.push({ resource, at_ms: clock.now() - start_at, input });
        const step = script[Math.min(next, script.length - 1)];
        next += 1;
        if (step?.take_ms !== undefined) await clock.sleep(step.take_ms);
        if (step?.fail !== undefined) throw new ScriptError(step.fail);
        return step?.answer;
      },
    ];
  });
  return { clock, tasks: Object.fromEntries(tasks), calls };
}

/** A machine that starts at its first state. */
export function machineOf(states: StateMachine['States'], more: Partial<StateMachine> = {}): StateMachine {
  return readMachine({ StartAt: Object.keys(states)[0], States: states, ...more });
}

/** A task state on the function of that name, at most a minute. */
export function taskOn(resource: string, more: Partial<TaskState> = {}): TaskState {
  return { Type: 'Task', Resource: resource, TimeoutSeconds: 60, ...more };
}
