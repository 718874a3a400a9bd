import { isOver } from './row.ts';
import type { Runs } from './tools.ts';

/** A start came after its run was halted; nothing was injected. */
export class HaltedBeforeStart extends Error {
  override name = 'HaltedBeforeStart' as const;
}

/**
 * Refuses a start whose run was halted since its step was announced, with HaltedBeforeStart, and takes the announcement back,
 * so that nobody looks for an experiment that never was. `input` is StartExperiment's; `known` says whether its token
 * started something before.
 */
export async function refuseIfHalted(runs: Runs, input: unknown, known: (token: string) => boolean): Promise<void> {
  const { ClientToken: token, Tags } = (input ?? {}) as { ClientToken?: string; Tags?: { run?: string } };
  if (token === undefined || Tags?.run === undefined || known(token)) return;
  let why: string | null = null;
  await runs.change(Tags.run, (row) => {
    why = isOver(row) ? (row.halt?.why ?? `the run is ${row.phase}`) : null;
    if (why === null) return null;
    return { ...row, steps: row.steps.filter((step) => step.token !== token || step.experiment !== null) };
  });
  if (why !== null) throw new HaltedBeforeStart(`not started: ${why}`);
}
