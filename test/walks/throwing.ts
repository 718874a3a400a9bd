import { expect } from 'vitest';
import type { Tasks } from '../../workflow/walk.ts';
import { virtualRoll } from '../virtual/drill.ts';
import { startExperiment } from '../virtual/world.ts';
import type { Walk } from './walk.ts';

type When = 'before' | 'after';

/** A function that throws before its work or after it, so many times from so manyth call on. */
function throwing(tasks: Tasks, resource: string, when: When, times: number, from = 1): Tasks {
  let calls = 0;
  const plain = tasks[resource];
  return {
    ...tasks,
    [resource]: async (input) => {
      calls += 1;
      const fails = calls >= from && calls < from + times;
      if (fails && when === 'before') throw new Error(`${resource} fails before its work`);
      const result = await plain?.(input);
      if (fails) throw new Error(`${resource} fails after its work`);
      return result;
    },
  };
}

/** How a walk ends when a task throws: [resource, once before, once after, always before, always after]. */
const table: [resource: string, ...ends: [string, string, string, string]][] = [
  ['Claim', 'DrillRefused', 'DrillInconclusive', 'DrillRefused', 'DrillInconclusive'],
  ['Preflight', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive'],
  ['Witness', 'DrillRefused', 'SUCCEEDED', 'DrillRefused', 'DrillInconclusive'],
  ['Readmit', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive'],
  [startExperiment, 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive'],
  ['Watch', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive', 'DrillInconclusive'],
  ['Halt', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
  ['Heal', 'SUCCEEDED', 'SUCCEEDED', 'DrillUnhealed', 'DrillInconclusive'],
  ['Readback', 'SUCCEEDED', 'SUCCEEDED', 'DrillInconclusive', 'SUCCEEDED'],
  ['Collect', 'SUCCEEDED', 'SUCCEEDED', 'DrillInconclusive', 'SUCCEEDED'],
  ['Grade', 'SUCCEEDED', 'SUCCEEDED', 'DrillInconclusive', 'DrillInconclusive'],
  ['Release', 'SUCCEEDED', 'SUCCEEDED', 'DrillUnhealed', 'DrillUnhealed'],
];

/** How a walk ends when a task never gets to its work. */
export const alwaysThrowing = table.map(([resource, , , ends]) => [resource, ends] as const);

const hows = ['once before', 'once after', 'always before', 'always after'] as const;

/** A walk for each task, throwing before and after its work, once and always. */
export const throwingWalks: Walk[] = table.flatMap(([resource, ...ends]) =>
  hows.map((how, index) => throwingWalk(resource, how, ends[index] ?? '')),
);

/** What throws at the second step of a roll: [resource, which call of it, when]. */
const second: [resource: string, call: number, when: When][] = [
  ['Readmit', 2, 'before'],
  ['Readmit', 2, 'after'],
  [startExperiment, 2, 'before'],
  [startExperiment, 2, 'after'],
  ['Watch', 4, 'before'],
  ['Watch', 4, 'after'],
];

/** A walk for each task of a roll's second step: what the first step broke is healed all the same, and nothing is called a success. */
export const rollThrowingWalks: Walk[] = second.map(([resource, call, when]) => ({
  name: `${resource} throws ${when} its work at the second step of a roll`,
  ends: 'DrillInconclusive',
  input: { drill: virtualRoll.name },
  knobs: { kafka: {}, wrap: (tasks) => throwing(tasks, resource, when, 1, call) },
  shows: ({ world, row }) => {
    expect(world.experiments.all().length).toBeGreaterThanOrEqual(1);
    expect(world.experiments.all().length).toBeLessThanOrEqual(2);
    expect(row?.released).toBe('free');
  },
}));

function throwingWalk(resource: string, how: (typeof hows)[number], ends: string): Walk {
  const when: When = how.endsWith('before') ? 'before' : 'after';
  const times = how.startsWith('once') ? 1 : Number.POSITIVE_INFINITY;
  return {
    name: `${resource} throws ${how} its work`,
    ends,
    knobs: { wrap: (tasks) => throwing(tasks, resource, when, times) },
    shows: ({ world }) => expect(world.experiments.all().length).toBeLessThanOrEqual(1),
  };
}
