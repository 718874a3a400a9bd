import { BadInput } from '../core/errors.ts';
import type { StateMachine } from './state-machine.ts';
import { readMachine } from './subset.ts';

/** What a file's tasks run on: a resource for each `${Name}`, and optionally a stand-in for a literal one. */
export interface Binding {
  [nameOrResource: string]: string;
}

const placeholder = /^\$\{(\w+)\}$/;

/** A placeholder anywhere; a CDK token, `${Token[x.1]}`, is none and is resolved at synthesis. */
const left = /\$\{[\w:]+\}/;

/**
 * The one place that puts resources into a file. Throws `BadInput` for a name without a resource and for an entry that
 * the file does not use. The file itself is left as it is.
 */
export function bind(file: unknown, table: Binding): StateMachine {
  const machine = structuredClone(readMachine(file));
  const unused = new Set(Object.keys(table));
  for (const task of tasksOf(machine)) {
    const name = placeholder.exec(task.Resource)?.[1];
    const key = name ?? task.Resource;
    const resource = Object.hasOwn(table, key) ? table[key] : name === undefined ? task.Resource : undefined;
    if (resource === undefined || resource === '' || left.test(resource)) {
      throw new BadInput(
        `resource of ${key}`,
        resource === undefined ? 'nothing bound to it' : `"${resource}"`,
        'a resource',
        `add ${key} to the table`,
      );
    }
    task.Resource = resource;
    unused.delete(key);
  }
  if (unused.size > 0) {
    throw new BadInput(
      'the table of resources',
      `${[...unused].join(', ')}, which no task uses`,
      `only ${resourcesOf(file).join(', ')}`,
      'take them out, or mend the file',
    );
  }
  return machine;
}

/** Names that the table must bind, in the file's order: `Claim` for `${Claim}`. */
export function namesOf(file: unknown): string[] {
  return resourcesOf(file).flatMap((resource) => placeholder.exec(resource)?.[1] ?? []);
}

/** Every name bound to itself, for engines whose tasks are functions in a table; literal resources stay. */
export function bindByName(file: unknown): StateMachine {
  return bind(file, Object.fromEntries(namesOf(file).map((name) => [name, name])));
}

/** Distinct resources of a machine's tasks, branches included, in the file's order. */
export function resourcesOf(file: unknown): string[] {
  return [...new Set(tasksOf(readMachine(file)).map((task) => task.Resource))];
}

function tasksOf(machine: StateMachine): { Resource: string }[] {
  return Object.values(machine.States).flatMap((state) => {
    if (state.Type === 'Task') return [state];
    return state.Type === 'Parallel' ? state.Branches.flatMap(tasksOf) : [];
  });
}
