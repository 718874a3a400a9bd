import type { Member, ServiceModel, Shape } from './service-model.ts';

/** How a place that calls AWS writes a member that the model names. */
export type Casing = (member: string) => string;

/** As the model has it: the SDK for JavaScript, and Systems Manager's own calls. */
export const asModelled: Casing = (member) => member;

/** A call before it is sent. Values that are only known when it runs are UNKNOWN. */
export interface PlannedCall {
  operation: string;
  input: unknown;
  casing: Casing;
}

export const unknown: unique symbol = Symbol('known when it runs');

/** What is wrong with a call by its service's model; empty when it would be taken. */
export function faultsOf(model: ServiceModel, { operation, input, casing }: PlannedCall): string[] {
  const found = model.operations[operation];
  if (found === undefined) return [`${operation}: ${model.metadata.serviceId} has no such operation`];
  if (found.input === undefined) return Object.keys(input ?? {}).map((name) => `${operation}.${name}: the operation takes nothing`);
  return faultsIn(model, found.input, input, { path: operation, casing });
}

interface Place {
  path: string;
  casing: Casing;
}

function faultsIn(model: ServiceModel, { shape: name }: Member, value: unknown, place: Place): string[] {
  if (value === unknown) return [];
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case 'structure':
      return inStructure(model, shape, value, place);
    case 'list':
      if (!Array.isArray(value)) return [`${place.path}: got ${shown(value)}, wanted a list`];
      return value.flatMap((each, index) => faultsIn(model, shape.member!, each, { ...place, path: `${place.path}[${index}]` }));
    case 'map':
      if (!isObject(value)) return [`${place.path}: got ${shown(value)}, wanted a map`];
      return Object.entries(value).flatMap(([key, each]) =>
        faultsIn(model, shape.value!, each, { ...place, path: `${place.path}['${key}']` }),
      );
    default:
      return scalarFault(shape, value, place.path);
  }
}

function inStructure(model: ServiceModel, { members = {}, required = [] }: Shape, value: unknown, { path, casing }: Place): string[] {
  if (!isObject(value)) return [`${path}: got ${shown(value)}, wanted a structure`];
  const written = new Map(Object.entries(members).map(([name, member]) => [casing(name), member]));
  const given = Object.entries(value).filter(([, each]) => each !== undefined);
  const missing = required
    .filter((name) => !given.some(([key]) => key === casing(name)))
    .map((name) => `${path}.${casing(name)}: is required`);
  const wrong = given.flatMap(([key, each]) => {
    const member = written.get(key);
    if (member === undefined) return [`${path}.${key}: no such member, wanted one of ${[...written.keys()].join(', ')}`];
    return faultsIn(model, member, each, { path: `${path}.${key}`, casing });
  });
  return [...missing, ...wrong];
}

/** Types of the values that JavaScript has for the model's own. */
const scalars: { [type: string]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  long: Number.isInteger,
  float: (value) => typeof value === 'number',
  double: (value) => typeof value === 'number',
  timestamp: (value) => value instanceof Date,
  blob: (value) => value instanceof Uint8Array,
};

function scalarFault({ type, enum: words }: Shape, value: unknown, path: string): string[] {
  const fits = scalars[type];
  if (fits === undefined) throw new Error(`${path}: got a member of type ${type}, wanted one that is known here`);
  if (!fits(value)) return [`${path}: got ${shown(value)}, wanted ${type}`];
  if (words === undefined || words.includes(String(value)) || String(value).includes('{{')) return [];
  return [`${path}: got ${shown(value)}, wanted one of ${words.join(', ')}`];
}

/** What is wrong with a path such as `$.Experiment.Id` into an operation's answer, or null; keys of maps may be any. */
export function answerPathFault(model: ServiceModel, operation: string, path: string, casing: Casing): string | null {
  let member = model.operations[operation]?.output;
  for (const step of path.split('.').slice(1)) {
    const { type, members = {}, value } = member === undefined ? { type: 'none' } : shapeOf(model, member.shape);
    member = type === 'map' ? value : Object.entries(members).find(([name]) => casing(name) === step)?.[1];
    if (member === undefined) return `${operation} ${path}: its answer has no ${step}`;
  }
  return member === undefined ? `${operation}: it answers nothing` : null;
}

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`shape ${name} of ${model.metadata.serviceId}: got none, wanted it in the model`);
  return shape;
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
