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

/**
 * Halts a run when a person interrupts it. An interruption that came before there was a row finds none to halt, so `again`
 * is called at every turn: it must not be lost.
 */
export function haltOn(
  interrupted: AbortSignal,
  tools: Pick<Tools, 'runs' | 'clock'>,
  run: string,
): { again(): Promise<void>; off(): void } {
  const again = async (): Promise<void> => {
    if (interrupted.aborted) await haltRun(tools, run, 'person', `interrupted by ${String(interrupted.reason)}`).catch(() => undefined);
  };
  interrupted.addEventListener('abort', again, { once: true });
  return { again, off: () => interrupted.removeEventListener('abort', again) };
}

function causeOf(error: HaltInput['error']): string {
  return error?.Error === undefined ? 'the fault branch ended without saying why' : `the fault branch failed: ${error.Error}`;
}
