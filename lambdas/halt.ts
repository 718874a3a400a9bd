import { withHalt } from './row.ts';
import { type TaskInput, task } from './task.ts';
import type { Halt, RunRow, Tools } from './tools.ts';

/** `error` is what a Catch put there, when that is how the workflow came here. */
export interface HaltInput extends TaskInput {
  error?: { Error?: string };
}

/** Makes sure that the row's halt flag is set: it alone stops the witnesses. Whoever set it first gave the reason. */
export const halt = task('Halt', async (tools: Tools, input: HaltInput): Promise<{ halted: true }> => {
  await haltRun(tools, input.run, 'error', causeOf(input.error));
  return { halted: true };
});

/** Sets the halt flag of a run, unless it is set; also the way in which a person stops a drill. */
export function haltRun(tools: Pick<Tools, 'runs' | 'clock'>, run: string, by: Halt['by'], why: string): Promise<RunRow> {
  const at = tools.clock.now();
  return tools.runs.change(run, (row) => (row.halt === null ? withHalt(row, { at, by, why }) : null));
}

function causeOf(error: HaltInput['error']): string {
  return error?.Error === undefined ? 'the fault branch ended without saying why' : `the fault branch failed: ${error.Error}`;
}
