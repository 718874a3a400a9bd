import type { Experiment, RunRow, Step, Tools } from './tools.ts';

/** What an experiment's status means for the drill; only `completed` is success, and a word nobody knows is doubt. */
export type Standing = 'live' | 'completed' | 'ended' | 'unknown';

/** Sorts FIS's open list of status words; `ended` is stopped, failed or cancelled. */
export function standing(status: string): Standing {
  switch (status) {
    case 'pending':
    case 'initiating':
    case 'running':
    case 'stopping':
      return 'live';
    case 'completed':
      return 'completed';
    case 'stopped':
    case 'failed':
    case 'cancelled':
      return 'ended';
    default:
      return 'unknown';
  }
}

/** True when it cannot act any more: a final status, or an unknown one that carries an end time. */
export function isTerminal(experiment: Experiment): boolean {
  const kind = standing(experiment.status);
  return kind === 'completed' || kind === 'ended' || (kind === 'unknown' && experiment.end_at !== null);
}

/** Targets that the experiment really resolved, from its actions. */
export function victimsHit(experiment: Experiment): string[] {
  return [...new Set(experiment.actions.flatMap((action) => action.targets))];
}

/**
 * Every experiment of a step: the one the row holds, or, where the start was never confirmed, those with the run's tag that
 * no other step holds.
 */
export async function experimentsOf(tools: Tools, row: RunRow, step: Step): Promise<Experiment[]> {
  if (step.experiment === null)
    return (await tools.faults.find(step.template, row.run)).filter(({ id }) => !row.steps.some((each) => each.experiment === id));
  const experiment = await tools.faults.get(step.experiment);
  if (experiment === undefined) throw new Error(`experiment ${step.experiment} of step ${step.step}: got nothing, wanted its state`);
  return [experiment];
}
