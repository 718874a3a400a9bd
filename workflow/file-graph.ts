import type { State, StateMachine } from './state-machine.ts';

/** A state where it stands in the file. */
export interface Placed {
  name: string;
  state: State;
  /** The machine or branch that it belongs to. */
  machine: StateMachine;
  inBranch: boolean;
}

/** Every state of the file, those in branches included. */
export function statesOf(machine: StateMachine, inBranch = false): Placed[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const inner = state.Type === 'Parallel' ? state.Branches.flatMap((branch) => statesOf(branch, true)) : [];
    return [{ name, state, machine, inBranch }, ...inner];
  });
}

/** Names of the states to which a state may lead, its catches included. */
export function arrowsOf(state: State): string[] {
  const onward = 'Next' in state && state.Next !== undefined ? [state.Next] : [];
  const chosen =
    state.Type === 'Choice' ? [...state.Choices.map((rule) => rule.Next), ...(state.Default === undefined ? [] : [state.Default])] : [];
  return [...onward, ...chosen, ...caughtBy(state).map((catcher) => catcher.Next)];
}

/** A state's catchers, if it may have any. */
export function caughtBy(state: State) {
  return ('Catch' in state && state.Catch) || [];
}

/** Names of the states that can follow a state of the same machine, itself included. */
export function reachableFrom(machine: StateMachine, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = machine.States[name];
    if (state === undefined || seen.has(name)) continue;
    seen.add(name);
    open.push(...arrowsOf(state));
  }
  return seen;
}
