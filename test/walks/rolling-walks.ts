import { expect } from 'vitest';
import type { KafkaDrill } from '../../core/drill.ts';
import { haltRun } from '../../lambdas/halt.ts';
import { refuseIfHalted } from '../../lambdas/halted-start.ts';
import { virtualRoll } from '../virtual/drill.ts';
import { startExperiment, type VirtualWorld } from '../virtual/world.ts';
import { after, manners, rolled } from './knobs.ts';
import { run, type Walk } from './walk.ts';

type Knobs = NonNullable<Walk['knobs']>;

/** Does something to the world right before so manyth call of a task, from 1. */
function before(task: string, call: number, work: (world: VirtualWorld) => Promise<unknown>): Pick<Knobs, 'wrap'> {
  return {
    wrap: (tasks, world) => {
      let calls = 0;
      return {
        ...tasks,
        [task]: async (input) => {
          calls += 1;
          if (calls === call) await work(world);
          return tasks[task]?.(input);
        },
      };
    },
  };
}

/** A start as a place makes it that looks at the row first, halted by a person in the last moment. */
function haltedAtStart(call: number): Pick<Knobs, 'wrap'> {
  return before(startExperiment, call, async (world) => {
    await haltRun(world.tools, run, 'person', 'in the last moment');
    const { steps = [] } = (await world.tools.runs.read(run)) ?? {};
    await refuseIfHalted(world.tools.runs, { ClientToken: steps.at(-1)?.token, Tags: { run } }, () => false);
  });
}

const roll = (walk: Omit<Walk, 'input'>): Walk => ({
  ...walk,
  input: { drill: virtualRoll.name },
  knobs: { kafka: {}, ...walk.knobs },
});

const brokers = (count: number) => Array.from({ length: count }, (_, index) => `broker-${index + 1}`);

const fiveInTurn: KafkaDrill = { ...virtualRoll, topology: { ...virtualRoll.topology, brokers: 5 } };

/** Rolls that come to their end, one experiment a step. */
export const rolls: Walk[] = [
  roll({ name: 'a roll of three brokers', ends: 'SUCCEEDED', graded: 'pass A', shows: rolled(brokers(3)) }),
  roll({
    name: 'a roll of five brokers',
    ends: 'SUCCEEDED',
    graded: 'pass',
    knobs: { drills: [fiveInTurn], kafka: { brokers: 5 } },
    shows: rolled(brokers(5)),
  }),
  {
    name: 'a roll of the controllers, the active one last',
    ends: 'SUCCEEDED',
    graded: 'pass',
    input: { drill: 'virtual-controllers-rolling' },
    knobs: { kafka: {} },
    shows: rolled(['controller-2', 'controller-3', 'controller-1']),
  },
  roll({
    name: 'a roll waits for the ISR at each step',
    ends: 'SUCCEEDED',
    knobs: { kafka: { catch_up_ms: 15_000 } },
    shows: ({ row }) => {
      const starts = row?.steps.map((each) => each.injecting_at) ?? [];
      expect(starts.slice(1).every((at, index) => at - (starts[index] ?? at) >= 15_900)).toBe(true);
    },
  }),
];

const onlyOneBegan: Walk['shows'] = ({ world, row }) => {
  expect(world.experiments.all()).toHaveLength(1);
  expect(row?.outcome).toBeNull();
};

/** Rolls that end between two steps, with the first one done. */
export const brokenRolls: Walk[] = [
  roll({
    name: 'a roll refused at its second step: another broker left the ISR',
    ends: 'DrillInconclusive',
    graded: 'inconclusive C',
    knobs: {
      kafka: { catch_up_ms: 20_000 },
      ...before('Readmit', 2, async ({ cluster, clock }) => {
        cluster.lose(['broker-3']);
        await clock.sleep(1_500);
      }),
    },
    shows: (end) => {
      onlyOneBegan(end);
      expect(end.row?.halt).toMatchObject({ by: 'refused', why: expect.stringMatching(/^step 2 is not injected: .*2 < 3: refuse/) });
    },
  }),
  roll({
    name: 'a guard fires while a roll rests',
    ends: 'DrillAborted',
    graded: 'aborted by a guard',
    knobs: { alarm: (moment) => (after(moment, 3_000) ? 'ALARM' : 'OK') },
    shows: onlyOneBegan,
  }),
  roll({
    name: 'a guard fires right before the second step of a roll',
    ends: 'DrillAborted',
    graded: 'aborted by a guard',
    knobs: before('Readmit', 2, async ({ tools }) => {
      tools.metrics.alarms = async (names) => names.map((name) => ({ name, state: 'ALARM' }));
    }),
    shows: onlyOneBegan,
  }),
  roll({
    name: 'a witness dies while a roll rests',
    ends: 'DrillInconclusive',
    knobs: manners((moment) => ({ dies: (witness) => witness === 'odd' && after(moment, 3_000) })),
    shows: (end) => {
      onlyOneBegan(end);
      expect(end.row?.halt).toMatchObject({ by: 'witness' });
    },
  }),
  roll({
    name: 'the deadline passes in the middle of a roll',
    ends: 'DrillInconclusive',
    knobs: { kafka: { catch_up_ms: 150_000 } },
    shows: ({ row, world }) => {
      expect(row?.halt).toMatchObject({ by: 'deadline' });
      expect(world.experiments.all()).toHaveLength(2);
    },
  }),
  roll({
    name: 'too little time is left for another step of a roll',
    ends: 'DrillInconclusive',
    knobs: { kafka: { catch_up_ms: 92_000 } },
    shows: ({ row, world }) => {
      expect(row?.halt).toMatchObject({ by: 'deadline', why: expect.stringContaining('step 3 is not injected') });
      expect(world.experiments.all()).toHaveLength(2);
    },
  }),
];

/** Second starts that go wrong. */
export const secondStarts: Walk[] = [
  roll({
    name: "the second start answers with the first one's experiment",
    ends: 'DrillInconclusive',
    knobs: { course: { start: 'replayed', at_start: 2 } },
    shows: (end) => {
      onlyOneBegan(end);
      expect(end.row?.halt?.why).toContain('nothing new was injected');
      expect(end.row?.steps.map((each) => each.experiment)).toEqual([end.world.experiments.all()[0]?.id, null]);
    },
  }),
  roll({
    name: "the second start's answer is lost",
    ends: 'DrillInconclusive',
    knobs: { course: { start: 'answer-lost', at_start: 2, ends_as: 'completed' } },
    shows: ({ row, world }) => expect(row?.steps.map((each) => each.experiment)).toEqual(world.experiments.all().map((each) => each.id)),
  }),
  roll({
    name: 'the second start never happened',
    ends: 'DrillInconclusive',
    knobs: { course: { start: 'never', at_start: 2 } },
    shows: onlyOneBegan,
  }),
  roll({
    name: 'a person halts between the announcement and the start',
    ends: 'DrillAborted',
    graded: 'aborted by a person',
    knobs: haltedAtStart(1),
    shows: ({ row, world }) => {
      expect(row?.steps).toEqual([]);
      expect(world.experiments.all()).toEqual([]);
    },
  }),
  roll({
    name: 'a person halts between the announcement and the second start',
    ends: 'DrillAborted',
    graded: 'aborted by a person',
    knobs: haltedAtStart(2),
    shows: ({ row, world }) => {
      expect(row?.steps).toHaveLength(1);
      expect(world.experiments.all()).toHaveLength(1);
    },
  }),
];
