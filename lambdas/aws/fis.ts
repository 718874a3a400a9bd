import {
  type ExperimentTarget,
  type FisClient,
  type Experiment as FisExperiment,
  GetExperimentCommand,
  ListExperimentResolvedTargetsCommand,
  ListExperimentsCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis';
import { isTerminal } from '../experiments.ts';
import type { Experiment, Faults } from '../tools.ts';

/**
 * Reads and stops experiments. Starting one is the workflow's own call, because this client drops `actionsMode`
 * without a word and would turn a dry run into a real fault.
 */
export function fisExperiments(fis: FisClient): Pick<Faults, 'get' | 'find' | 'stop'> {
  return {
    get: (id) => get(fis, id),
    find: async (template, run) => {
      const ids = await idsOf(fis, template, run);
      const found = await Promise.all(ids.map((id) => get(fis, id)));
      return found.filter((each) => each !== undefined);
    },
    stop: async (id) => {
      try {
        await fis.send(new StopExperimentCommand({ id }));
      } catch (error) {
        // It may have ended by itself a moment before, which is what was wanted.
        const now = await get(fis, id);
        if (now === undefined || !isTerminal(now)) throw error;
      }
    },
  };
}

async function get(fis: FisClient, id: string): Promise<Experiment | undefined> {
  try {
    const { experiment } = await fis.send(new GetExperimentCommand({ id }));
    return experiment === undefined ? undefined : shaped(experiment, await resolved(fis, id));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Ids of a template's experiments that carry the run's tag; the list is not ordered, so all of it is read. */
async function idsOf(fis: FisClient, template: string, run: string): Promise<string[]> {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await fis.send(new ListExperimentsCommand({ maxResults: 100, ...(nextToken && { nextToken }) }));
    for (const each of page.experiments ?? []) {
      if (each.id !== undefined && each.experimentTemplateId === template && each.tags?.run === run) ids.push(each.id);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return ids;
}

/** ARNs that each target really resolved to; an action without targets, such as an Automation, has none. */
async function resolved(fis: FisClient, experimentId: string): Promise<Map<string, string[]>> {
  const byTarget = new Map<string, string[]>();
  let nextToken: string | undefined;
  do {
    const page = await fis.send(new ListExperimentResolvedTargetsCommand({ experimentId, ...(nextToken && { nextToken }) }));
    for (const each of page.resolvedTargets ?? []) {
      const arns = Object.values(each.targetInformation ?? {}).filter((value) => value.startsWith('arn:'));
      byTarget.set(each.targetName ?? '', [...(byTarget.get(each.targetName ?? '') ?? []), ...arns]);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return byTarget;
}

function shaped(experiment: FisExperiment, targets: Map<string, string[]>): Experiment {
  const declared: { [name: string]: ExperimentTarget } = experiment.targets ?? {};
  return {
    id: experiment.id ?? '',
    template: experiment.experimentTemplateId ?? '',
    tags: experiment.tags ?? {},
    // Typed as a closed list, but `cancelled` and newer words arrive all the same.
    status: experiment.state?.status ?? 'unknown',
    reason: experiment.state?.reason ?? '',
    start_at: experiment.startTime?.getTime() ?? null,
    end_at: experiment.endTime?.getTime() ?? null,
    actions: Object.entries(experiment.actions ?? {}).map(([name, action]) => ({
      name,
      status: action.state?.status ?? 'unknown',
      start_at: action.startTime?.getTime() ?? null,
      end_at: action.endTime?.getTime() ?? null,
      targets: Object.values(action.targets ?? {}).flatMap((target) => targets.get(target) ?? declared[target]?.resourceArns ?? []),
    })),
  };
}
