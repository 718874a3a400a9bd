import { fillTemplate, type Scope, writePath } from './json-path.ts';
import { Attempts } from './retry.ts';
import { StateError, thrownByTask } from './state-error.ts';
import type { TaskState } from './state-machine.ts';
import { pause, within } from './timing.ts';
import { orCaught, type Place, type Step, type Walk } from './walk.ts';

/** Calls a task's function, again as its Retry says, and puts what it answered into the document. */
export async function runTask(walk: Walk, name: string, state: TaskState, scope: Scope, place: Place): Promise<Step> {
  const input = walk.history.carry(`the input of ${name}`, fillTemplate(state.Parameters, scope));
  const attempts = new Attempts(state.Retry);
  const attempt = async (): Promise<Step> => {
    const result = await call(walk, name, state, input, place);
    const selected = fillTemplate(state.ResultSelector, { ...scope, document: result });
    return { next: state.Next, document: writePath(state.ResultPath, scope.document, selected) };
  };
  const step = await orCaught(state.Catch, scope.document, async () => {
    while (true) {
      try {
        return await attempt();
      } catch (thrown) {
        const delay_ms = thrown instanceof StateError ? attempts.delayAfter(thrown) : undefined;
        if (delay_ms === undefined) throw thrown;
        walk.tell(name, 'retried', place);
        await pause(walk.clock, delay_ms, place.signal);
      }
    }
  });
  if (step.caught) walk.tell(name, 'caught', place);
  return step;
}

async function call(walk: Walk, name: string, state: TaskState, input: unknown, place: Place): Promise<unknown> {
  const n = walk.history.nextCall(name);
  await walk.cross(name, 'before', n);
  place.signal.throwIfAborted();
  walk.history.called(name, place.branch);
  const run = walk.tasks[state.Resource];
  if (run === undefined) throw new StateError('States.Runtime', `no function for ${state.Resource}`);
  const answer = await within(walk.clock, state.TimeoutSeconds, place.signal, invoke(run, input)).then(
    (value) => ({ value }),
    (failure: unknown) => ({ failure }),
  );
  place.signal.throwIfAborted();
  await walk.cross(name, 'after', n);
  place.signal.throwIfAborted();
  if ('failure' in answer) throw answer.failure;
  return walk.history.carry(`the result of ${name}`, answer.value);
}

async function invoke(run: (input: unknown) => Promise<unknown>, input: unknown): Promise<unknown> {
  try {
    return await run(structuredClone(input));
  } catch (thrown) {
    throw thrownByTask(thrown);
  }
}
