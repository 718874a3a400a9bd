import { readPath, type Scope } from './json-path.ts';
import { StateError } from './state-error.ts';
import type { ChoiceState } from './state-machine.ts';

/** The state that the first matching rule names, else the default. A value of another type does not match. */
export function choose(state: ChoiceState, scope: Scope): string {
  for (const rule of state.Choices) {
    const value = readPath(rule.Variable, scope);
    if (value === ('StringEquals' in rule ? rule.StringEquals : rule.BooleanEquals)) return rule.Next;
  }
  if (state.Default === undefined) throw new StateError('States.NoChoiceMatched', 'no rule matches and there is no default');
  return state.Default;
}
