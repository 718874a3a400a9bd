import { BadInput } from '../core/errors.ts';
import type { State, StateMachine } from './state-machine.ts';

interface Field {
  wanted: string;
  fits: (value: unknown) => boolean;
  optional?: true;
}

type Fields = { [name: string]: Field };

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const listOf = (fits: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(fits);
const optional = (field: Field): Field => ({ ...field, optional: true });

const text: Field = { wanted: 'a text', fits: (value) => typeof value === 'string' && value.length > 0 };
const yes: Field = { wanted: 'true', fits: (value) => value === true };
const flag: Field = { wanted: 'true or false', fits: (value) => typeof value === 'boolean' };
const atLeast = (least: number): Field => ({
  wanted: `a number of at least ${least}`,
  fits: (value) => typeof value === 'number' && value >= least,
});
const whole = (least: number): Field => ({
  wanted: `a whole number of at least ${least}`,
  fits: (value) => Number.isInteger(value) && (value as number) >= least,
});
const path: Field = { wanted: 'a path such as $.claim.status or $$.Execution.Name', fits: matches(/^\$\$?(\.\w+)*$/) };
const documentPath: Field = { wanted: 'a path such as $.claim.status', fits: matches(/^\$(\.\w+)*$/) };
const resultPath: Field = { wanted: 'a path such as $.claim, or null', fits: (value) => value === null || documentPath.fits(value) };
const errorNames: Field = { wanted: 'a list of error names', fits: listOf(text.fits) };
const objects: Field = { wanted: 'a list of objects', fits: listOf(isObject) };
const template: Field = { wanted: 'an object in which every member `name.$` is a path; intrinsic functions are not run', fits: isTemplate };

const named: Fields = { Type: text, Comment: optional(text) };
const onward: Fields = { ...named, Next: optional(text), End: optional(yes) };

const stateFields: { [type in State['Type']]: Fields } = {
  Pass: { ...onward, Parameters: optional(template), ResultPath: optional(resultPath) },
  Task: {
    ...onward,
    Resource: text,
    TimeoutSeconds: whole(1),
    Parameters: optional(template),
    ResultSelector: optional(template),
    ResultPath: optional(resultPath),
    Retry: optional(objects),
    Catch: optional(objects),
  },
  Choice: { ...named, Choices: objects, Default: optional(text) },
  Wait: { ...onward, Seconds: optional(whole(0)), SecondsPath: optional(documentPath) },
  Parallel: { ...onward, Branches: objects, ResultPath: optional(resultPath), Catch: optional(objects) },
  Succeed: named,
  Fail: { ...named, Error: text, Cause: text },
};

const branchFields: Fields = { Comment: optional(text), StartAt: text, States: { wanted: 'an object of states', fits: isObject } };
const machineFields: Fields = { ...branchFields, TimeoutSeconds: optional(whole(1)) };
const retrierFields: Fields = {
  ErrorEquals: errorNames,
  IntervalSeconds: optional(whole(1)),
  MaxAttempts: optional(whole(0)),
  BackoffRate: optional(atLeast(1)),
  MaxDelaySeconds: optional(whole(1)),
};
const catcherFields: Fields = { ErrorEquals: errorNames, ResultPath: optional(resultPath), Next: text };
const ruleFields: Fields = {
  Variable: documentPath,
  Comment: optional(text),
  StringEquals: optional(text),
  BooleanEquals: optional(flag),
  Next: text,
};

/**
 * Checks that a parsed file lies in the part of the language that our interpreter runs. Throws `BadInput` that names the
 * state and the field: what is not known is refused before anything runs, never skipped.
 */
export function readMachine(file: unknown): StateMachine {
  readBranch('the state machine', file, machineFields, new Set());
  return file as StateMachine;
}

function readBranch(what: string, value: unknown, fields: Fields, seen: Set<string>): void {
  const machine = readFields(what, value, fields);
  const states = machine.States as { [name: string]: unknown };
  readTarget(`${what}, StartAt`, machine.StartAt, states);
  for (const [name, state] of Object.entries(states)) {
    if (seen.has(name)) refuse(`state ${name}`, 'a second state of that name', 'names that are unique in the whole file');
    seen.add(name);
    readState(`state ${name}`, state, states, seen);
  }
}

function readState(what: string, value: unknown, states: { [name: string]: unknown }, seen: Set<string>): void {
  const type = isObject(value) ? value.Type : value;
  if (typeof type !== 'string' || !Object.hasOwn(stateFields, type))
    refuse(what, `the type ${show(type)}`, `one of ${Object.keys(stateFields).join(', ')}`);
  const fields = stateFields[type as State['Type']];
  const state = readFields(what, value, fields);
  if ('Next' in fields) readOneOf(what, state, ['Next', 'End']);
  if (type === 'Wait') readOneOf(what, state, ['Seconds', 'SecondsPath']);
  if (state.Next !== undefined) readTarget(`${what}, Next`, state.Next, states);
  if (state.Default !== undefined) readTarget(`${what}, Default`, state.Default, states);
  for (const retrier of (state.Retry as unknown[] | undefined) ?? []) readFields(`${what}, Retry`, retrier, retrierFields);
  for (const catcher of (state.Catch as unknown[] | undefined) ?? []) {
    readTarget(`${what}, Catch`, readFields(`${what}, Catch`, catcher, catcherFields).Next, states);
  }
  for (const entry of (state.Choices as unknown[] | undefined) ?? []) {
    const rule = readFields(`${what}, Choices`, entry, ruleFields);
    readOneOf(`${what}, Choices`, rule, ['StringEquals', 'BooleanEquals']);
    readTarget(`${what}, Choices`, rule.Next, states);
  }
  for (const branch of (state.Branches as unknown[] | undefined) ?? []) readBranch(`${what}, Branches`, branch, branchFields, seen);
}

function readFields(what: string, value: unknown, fields: Fields): { [name: string]: unknown } {
  if (!isObject(value)) return refuse(what, show(value), 'an object');
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) refuse(what, `the field ${name}`, `only ${Object.keys(fields).join(', ')}`);
  }
  for (const [name, field] of Object.entries(fields)) {
    const given = value[name];
    if (given === undefined && field.optional) continue;
    if (!field.fits(given)) refuse(`${what}, ${name}`, show(given), field.wanted);
  }
  return value;
}

function readOneOf(what: string, value: { [name: string]: unknown }, names: string[]): void {
  const given = names.filter((name) => value[name] !== undefined);
  if (given.length !== 1) refuse(what, given.length === 0 ? 'neither' : given.join(' and '), `one of ${names.join(' or ')}`);
}

function readTarget(what: string, name: unknown, states: { [name: string]: unknown }): void {
  if (typeof name !== 'string' || !Object.hasOwn(states, name)) refuse(what, show(name), 'the name of a state beside it');
}

function isTemplate(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => !isObject(item) || isTemplate(item));
  return (
    isObject(value) &&
    Object.entries(value).every(([name, member]) =>
      name.endsWith('.$') ? path.fits(member) : typeof member !== 'object' || member === null || isTemplate(member),
    )
  );
}

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200));

function refuse(what: string, got: string, wanted: string): never {
  throw new BadInput(what, got, wanted, 'mend the file, or teach workflow/ the field first');
}
