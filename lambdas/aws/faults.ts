import type { Experiment, Faults, Runs } from '../tools.ts';
import type { Suite } from './settings.ts';
import type { StoreControl } from './store-side.ts';

/** FIS's experiments, and of each store what FIS does not know about its faults. */
export function awsFaults(
  experiments: Pick<Faults, 'get' | 'find' | 'stop'>,
  suite: Suite,
  runs: Pick<Runs, 'read'>,
  sideNamed: (name: string) => StoreControl,
): Faults {
  const followed = (experiment: Experiment) => follow(experiment, runs, sideNamed);
  return {
    get: async (id) => {
      const experiment = await experiments.get(id);
      return experiment === undefined ? undefined : followed(experiment);
    },
    find: async (template, run) => Promise.all((await experiments.find(template, run)).map(followed)),
    stop: (id) => experiments.stop(id),
    template: (drill) => suite.templateOf(drill),
    undo: async (row) => sideNamed(row.store).undo(row),
    events: async (row) => sideNamed(row.store).events(row),
    restore: async (row) => (await sideNamed(row.store).restore?.(row)) ?? null,
  };
}

/** The experiment as its store tells it, by the token of its step: the one that holds it, or the one whose start was never confirmed. */
async function follow(experiment: Experiment, runs: Pick<Runs, 'read'>, sideNamed: (name: string) => StoreControl): Promise<Experiment> {
  const { id, template, tags } = experiment;
  const row = tags.run === undefined ? undefined : await runs.read(tags.run);
  if (row === undefined) return experiment;
  const step =
    row.steps.find((each) => each.experiment === id) ?? row.steps.find((each) => each.experiment === null && each.template === template);
  if (step === undefined) return experiment;
  return (await sideNamed(row.store).follow?.(experiment, step.token)) ?? experiment;
}
