import { startExperiment } from './definition.ts';
import { caughtBy, type Placed, reachableFrom, statesOf } from './file-graph.ts';
import { pathsIn, pathsRead, seedAt } from './file-paths.ts';
import type { StateMachine, TaskState } from './state-machine.ts';

/** A place where a file breaks a rule of the workflow's safety contract. */
export interface Finding {
  rule: string;
  state: string;
  text: string;
}

/** Intrinsic functions that the file may use: none, so that every engine runs it. */
const intrinsics: string[] = [];

/** What says why about the state, or null when the rule holds there. */
type Rule = (placed: Placed, file: StateMachine) => string | null;

const all_alone = JSON.stringify(['States.ALL']);
const retried = /^Lambda\.\w+$|^States\.(?!ALL$)\w+$|^\w+\.(Throttling|TooManyRequests)\w*$/;
const throttling = /^\w+\.(Throttling|TooManyRequests)\w*$/;
/** What Lambda itself may answer for a moment although the function is well. */
const lambda_transients = ['ServiceException', 'AWSLambdaException', 'SdkClientException', 'ClientExecutionTimeoutException'];
const operators = new Set(['Variable', 'StringEquals', 'BooleanEquals', 'Next', 'Comment']);

/** The rules by name, each proven by a file that breaks it. */
export const rules: { [name: string]: Rule } = {
  reachable: ({ name, machine }) => (reachableFrom(machine, machine.StartAt).has(name) ? null : 'nothing leads here'),

  'catch-all-alone': ({ state }) => {
    if (state.Type !== 'Task' && state.Type !== 'Parallel') return null;
    const names = caughtBy(state).map((catcher) => JSON.stringify(catcher.ErrorEquals));
    return names.length === 1 && names[0] === all_alone
      ? null
      : `its Catch lists ${names.join(' and ') || 'nothing'}, wanted one ${all_alone}`;
  },

  'catch-forward': ({ name, state, machine }) => {
    const back = caughtBy(state).find((catcher) => reachableFrom(machine, catcher.Next).has(name));
    return back ? `its Catch leads to ${back.Next}, from which it can come again` : null;
  },

  'document-kept': ({ name, state }, file) => {
    if (caughtBy(state).some((catcher) => typeof catcher.ResultPath !== 'string' || catcher.ResultPath === '$'))
      return 'its Catch replaces the document';
    if (!['Task', 'Parallel', 'Pass'].includes(state.Type) || name === file.StartAt || ('End' in state && state.End)) return null;
    const path = 'ResultPath' in state ? state.ResultPath : undefined;
    return path === undefined || path === '$' ? 'its result replaces the document' : null;
  },

  timeout: ({ state }, file) => {
    if (state.Type !== 'Task') return null;
    const limit = file.TimeoutSeconds ?? 0;
    return state.TimeoutSeconds > 0 && state.TimeoutSeconds < limit
      ? null
      : `TimeoutSeconds is ${state.TimeoutSeconds}, wanted more than 0 and less than the machine's ${limit}`;
  },

  'retry-names': ({ state }) => {
    const allowed = isSdkTask(state) ? throttling : retried;
    const wrong = errorsRetried(state).filter((error) => !allowed.test(error));
    return wrong.length === 0 ? null : `it retries ${wrong.join(', ')}`;
  },

  'lambda-transients': ({ state }) => {
    const names = lambda_transients.map((name) => `Lambda.${name}`);
    const left = names.filter((name) => !errorsRetried(state).includes(name));
    return left.length === 0 || left.length === names.length ? null : `it retries failures of Lambda, but not ${left.join(', ')}`;
  },

  'no-failing-branch': ({ state, inBranch }) =>
    inBranch && state.Type === 'Fail' ? 'a Fail state in a branch stops the branch that watches' : null,

  'choice-default': ({ state }) =>
    state.Type === 'Choice' && state.Default === undefined ? 'an answer that no rule knows would end the execution' : null,

  'choice-operators': ({ state }) => {
    const used = state.Type === 'Choice' ? state.Choices.flatMap((rule) => Object.keys(rule)) : [];
    const wrong = used.filter((name) => !operators.has(name));
    return wrong.length === 0 ? null : `it uses ${wrong.join(', ')}, wanted StringEquals or BooleanEquals`;
  },

  'choice-on-results': ({ state }, file) => {
    if (state.Type !== 'Choice') return null;
    const results = statesOf(file).flatMap(({ state: task }) => (task.Type === 'Task' && task.ResultPath ? [`${task.ResultPath}.`] : []));
    const wrong = state.Choices.map((rule) => rule.Variable ?? 'nothing').filter(
      (path) => !results.some((result) => path.startsWith(result)),
    );
    return wrong.length === 0 ? null : `it routes on ${wrong.join(', ')}, which no task answers`;
  },

  'paths-seeded': ({ name, state }, file) => {
    if (name === file.StartAt) return null;
    const lost = pathsRead(state).filter((path) => path?.startsWith('$.') && seedAt(file, path) === undefined);
    return lost.length === 0 ? null : `${file.StartAt} does not seed ${lost.join(', ')}`;
  },

  'waits-whole-seconds': ({ state }, file) => {
    if (state.Type !== 'Wait' || !('SecondsPath' in state)) return null;
    const seed = seedAt(file, state.SecondsPath);
    const value = typeof seed === 'object' ? seed.value : undefined;
    return Number.isInteger(value) && Number(value) >= 0
      ? null
      : `${state.SecondsPath} is seeded with ${JSON.stringify(value)}, wanted whole seconds`;
  },

  'no-intrinsics': ({ state }) => {
    const templates = [('Parameters' in state && state.Parameters) || {}, ('ResultSelector' in state && state.ResultSelector) || {}];
    const used = templates.flatMap(pathsIn).filter((value) => !value.startsWith('$') && !intrinsics.includes(value.split('(')[0] ?? ''));
    return used.length === 0 ? null : `it calls ${used.join(', ')}`;
  },

  'one-sdk-task': ({ name, state }, file) => {
    if (!isSdkTask(state)) return null;
    const others = statesOf(file).filter((other) => other.name !== name && isSdkTask(other.state));
    return state.Resource === startExperiment && others.length === 0
      ? null
      : `it calls ${state.Resource} itself, wanted a function: only StartExperiment is called by the service`;
  },
};

/** Every place where the file breaks a rule; empty when it may run. */
export function checkFile(file: StateMachine): Finding[] {
  return Object.entries(rules).flatMap(([rule, holds]) =>
    statesOf(file).flatMap((placed) => {
      const text = holds(placed, file);
      return text === null ? [] : [{ rule, state: placed.name, text }];
    }),
  );
}

function isSdkTask(state: Placed['state']): state is TaskState {
  return state.Type === 'Task' && !state.Resource.startsWith('${');
}

function errorsRetried(state: Placed['state']): string[] {
  return ((state.Type === 'Task' && state.Retry) || []).flatMap((retrier) => retrier.ErrorEquals);
}
