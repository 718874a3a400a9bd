import { statesOf } from './file-graph.ts';
import type { State, StateMachine } from './state-machine.ts';

/** Paths that a state reads from the document; what a ResultSelector reads is the task's own result. */
export function pathsRead(state: State): string[] {
  if (state.Type === 'Choice') return state.Choices.map((rule) => rule.Variable);
  if (state.Type === 'Wait') return 'SecondsPath' in state ? [state.SecondsPath] : [];
  return 'Parameters' in state && state.Parameters ? pathsIn(state.Parameters) : [];
}

/** Values of every member `name.$` of a template, at any depth. */
export function pathsIn(template: unknown): string[] {
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([name, value]) => (name.endsWith('.$') ? [String(value)] : pathsIn(value)));
}

/** What the first state seeds at a path: a value, `filled` where a path fills it when it runs, undefined where nothing is. */
export function seedAt(file: StateMachine, path: string): { value: unknown } | 'filled' | undefined {
  const first = file.States[file.StartAt];
  let value: unknown = first?.Type === 'Pass' ? first.Parameters : undefined;
  const names = path.split('.').slice(1);
  for (const [depth, name] of names.entries()) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Object.hasOwn(value, `${name}.$`)) return depth === names.length - 1 ? 'filled' : undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as { [name: string]: unknown })[name];
  }
  return { value };
}

/** For each task with a result in the document, the fields of that result which later states read: what its handler must always answer. */
export function resultFieldsRead(file: StateMachine): { [task: string]: string[] } {
  const read = new Set(statesOf(file).flatMap(({ state }) => pathsRead(state)));
  const fields = statesOf(file).flatMap(({ name, state }): [string, string[]][] => {
    if (state.Type !== 'Task' || typeof state.ResultPath !== 'string') return [];
    const below = `${state.ResultPath}.`;
    return [[name, [...read].filter((path) => path.startsWith(below)).map((path) => path.slice(below.length))]];
  });
  return Object.fromEntries(fields);
}
