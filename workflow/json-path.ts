import { StateError } from './state-error.ts';
import type { Template } from './state-machine.ts';

/** What `$` and `$$` stand for in one state. */
export interface Scope {
  document: unknown;
  context: unknown;
}

/**
 * The value at a path. A path that finds nothing ends the execution as `States.Runtime`, which nothing catches: this is
 * what AWS was seen to do, and the harsher reading of the specification.
 */
export function readPath(path: string, scope: Scope): unknown {
  const [root, ...names] = path.split('.');
  let value = root === '$$' ? scope.context : scope.document;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      throw new StateError('States.Runtime', `the path ${path} finds nothing`);
    value = (value as { [name: string]: unknown })[name];
  }
  return value;
}

/** The document with a result put at a path: undefined and `$` replace it, null drops the result. */
export function writePath(path: string | null | undefined, document: unknown, result: unknown): unknown {
  if (path === null) return document;
  return putAt((path ?? '$').split('.').slice(1), document, result, path ?? '$');
}

function putAt(names: string[], into: unknown, result: unknown, path: string): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return result;
  if (typeof into !== 'object' || into === null || Array.isArray(into)) {
    throw new StateError('States.ResultPathMatchFailure', `${path} leads through something that is no object`);
  }
  const members = into as { [name: string]: unknown };
  return { ...members, [name]: putAt(rest, members[name] ?? {}, result, path) };
}

/** The template with each member `name.$` replaced by `name` and what its path finds. Without a template, the document. */
export function fillTemplate(template: Template | undefined, scope: Scope): unknown {
  return template === undefined ? scope.document : fill(template, scope);
}

function fill(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name.endsWith('.$') ? [name.slice(0, -2), readPath(String(member), scope)] : [name, fill(member, scope)],
    ),
  );
}
