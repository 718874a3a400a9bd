import { writePath } from './json-path.ts';
import { Stopped } from './state-error.ts';
import type { ParallelState, StateMachine } from './state-machine.ts';
import { orCaught, type Place, type Step, type Walk } from './walk.ts';

type RunMachine = (walk: Walk, machine: StateMachine, document: unknown, place: Place) => Promise<unknown>;

/**
 * Runs every branch on its own copy of the document. When one fails, the others enter no further state; what their tasks
 * are doing ends by itself, and its answer is ignored.
 */
export async function runParallel(
  walk: Walk,
  name: string,
  state: ParallelState,
  document: unknown,
  place: Place,
  runMachine: RunMachine,
): Promise<Step> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([place.signal, siblings.signal]);
  const runBranch = async (branch: StateMachine, index: number) => {
    try {
      return await runMachine(walk, branch, document, { branch: `${name}[${index}]`, signal });
    } catch (thrown) {
      siblings.abort(new Stopped('SIBLING', `another branch of ${name} failed`));
      throw thrown;
    }
  };
  const step = await orCaught(state.Catch, document, async () => {
    const results = await Promise.all(state.Branches.map(runBranch));
    return { next: state.Next, document: writePath(state.ResultPath, document, results) };
  });
  if (step.caught) walk.tell(name, 'caught', place);
  return step;
}
