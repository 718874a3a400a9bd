import type { StateMachine } from '../workflow/state-machine.ts';

/** The longest that Lambda runs anything. */
const lambda_limit_s = 900;

/** Seconds that each `${Name}` of the workflow file may take: the longest of its states, and never more than Lambda allows. */
export function taskTimeouts(machine: StateMachine): Map<string, number> {
  const longest = new Map<string, number>();
  for (const state of Object.values(machine.States)) {
    const found = state.Type === 'Parallel' ? state.Branches.flatMap((branch) => [...taskTimeouts(branch)]) : [];
    const name = state.Type === 'Task' ? /^\$\{(\w+)\}$/.exec(state.Resource)?.[1] : undefined;
    if (state.Type === 'Task' && name !== undefined) found.push([name, state.TimeoutSeconds]);
    for (const [task, timeout_s] of found) longest.set(task, Math.min(lambda_limit_s, Math.max(timeout_s, longest.get(task) ?? 0)));
  }
  return longest;
}
