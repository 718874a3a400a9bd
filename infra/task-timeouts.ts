import { drillDefinition } from '../workflow/definition.ts';
import type { StateMachine } from '../workflow/state-machine.ts';

/** The longest that Lambda runs anything. */
const lambda_limit_s = 900;

/**
 * How much earlier than its state a function ends. The state's clock runs while Lambda starts the function, up to 10 s, and
 * one that outlived its state would write into a run that has gone on without it, or beside its own retry.
 */
const head_start_s = 15;

/** Seconds that each function of the workflow file may run: less than the shortest of its states, and never more than Lambda allows. */
export function taskTimeouts(machine: StateMachine): Map<string, number> {
  const shortest = new Map<string, number>();
  for (const state of Object.values(machine.States)) {
    const found = state.Type === 'Parallel' ? state.Branches.flatMap((branch) => [...taskTimeouts(branch)]) : [];
    const name = state.Type === 'Task' ? /^\$\{(\w+)\}$/.exec(state.Resource)?.[1] : undefined;
    if (state.Type === 'Task' && name !== undefined) found.push([name, state.TimeoutSeconds - head_start_s]);
    for (const [task, timeout_s] of found) shortest.set(task, Math.min(lambda_limit_s, timeout_s, shortest.get(task) ?? lambda_limit_s));
  }
  return shortest;
}

/** Seconds that the function of a task of the drill's workflow may run; Sweep, which no state calls, as long as Lambda allows. */
export function taskTimeout_s(task: string): number {
  const timeout_s = task === 'Sweep' ? lambda_limit_s : taskTimeouts(drillDefinition).get(task);
  if (timeout_s === undefined) throw new Error(`task ${task}: got no state for it, wanted one in the workflow file`);
  return timeout_s;
}
