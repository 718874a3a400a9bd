import { expect } from 'vitest';
import { haltRun } from '../../lambdas/halt.ts';
import { after, course, manners } from './knobs.ts';
import { run, type Walk } from './walk.ts';

/** Drills that something or somebody stops. */
export const interruptions: Walk[] = [
  {
    name: 'a guard stops it',
    ends: 'DrillAborted',
    graded: 'inconclusive -: aborted by a guard',
    knobs: { alarm: (moment) => (after(moment, 4_000) ? 'ALARM' : 'OK') },
  },
  {
    name: 'a guard without data stops it',
    ends: 'DrillAborted',
    knobs: { alarm: (moment) => (after(moment, 4_000) ? 'INSUFFICIENT_DATA' : 'OK') },
  },
  {
    name: 'a person stops it',
    ends: 'DrillAborted',
    graded: 'aborted by a person',
    before: async (world) => world.clock.timer(9_000, () => void haltRun(world.tools, run, 'person', 'enough seen')),
  },
  {
    name: 'the deadline ends it: nobody takes over',
    ends: 'DrillFailed',
    graded: 'fail D',
    knobs: { resilience: { recovery_ms: 200_000, rejoin_ms: null } },
    shows: ({ row }) => expect(row?.halt).toMatchObject({ by: 'deadline' }),
  },
  {
    name: 'a witness dies during the start',
    ends: 'DrillInconclusive',
    knobs: { course: { start_ms: 1_500 }, ...manners((moment) => ({ dies: (witness) => witness === 'odd' && after(moment, 0) })) },
  },
  {
    name: 'a witness dies after the start',
    ends: 'DrillInconclusive',
    knobs: manners((moment) => ({ dies: (witness) => witness === 'even' && after(moment, 3_000) })),
    shows: ({ row }) => expect(row?.halt).toMatchObject({ by: 'witness' }),
  },
  {
    name: 'a witness falls silent after the start',
    ends: 'DrillInconclusive',
    knobs: {
      resilience: { recovery_ms: 30_000 },
      ...manners((moment) => ({ mute: (witness) => witness === 'even' && after(moment, 1_000) })),
    },
    shows: ({ row }) => expect(row?.halt).toMatchObject({ by: 'witness' }),
  },
];

/** Experiments that do not start, run or end as they should. */
export const experiments: Walk[] = [
  ...['stopped', 'failed', 'cancelled', 'archived'].map(
    (status): Walk => ({
      name: `the experiment ends as ${status}`,
      ends: 'DrillInconclusive',
      knobs: course({ ends_as: status, ends_after_ms: 1_500 }),
      graded: `experiment ${status}`,
      shows: ({ row }) => expect(row?.halt).toMatchObject({ by: 'experiment' }),
    }),
  ),
  {
    name: 'the experiment never ends by itself',
    ends: 'DrillInconclusive',
    knobs: course({ ends_as: null }),
    shows: ({ row, world }) => {
      expect(row?.halt).toMatchObject({ by: 'deadline' });
      expect(world.experiments.all()[0]?.status).toBe('stopped');
    },
  },
  {
    name: 'the experiment completes without a target',
    ends: 'DrillInconclusive',
    knobs: course({ targets: false }),
    graded: 'inconclusive C',
    shows: ({ row }) => expect(row?.halt?.why).toContain('without a target'),
  },
  {
    name: "the start's answer is lost",
    ends: 'DrillInconclusive',
    knobs: course({ start: 'answer-lost' }),
    shows: ({ row, world }) => {
      expect(world.experiments.all()).toHaveLength(1);
      expect(row?.steps[0]?.experiment).toBe(world.experiments.all()[0]?.id);
    },
  },
  {
    name: "the start's answer is lost, and the experiment shows only half a minute later",
    ends: 'DrillInconclusive',
    knobs: course({ start: 'answer-lost', ends_as: null, hidden_ms: 30_000 }),
    shows: ({ row, world }) => {
      expect(row?.steps[0]?.experiment).toBe(world.experiments.all()[0]?.id);
      expect(world.experiments.all()[0]?.status).toBe('stopped');
    },
  },
  {
    name: 'the start never happened',
    ends: 'DrillInconclusive',
    knobs: course({ start: 'never' }),
    shows: ({ row }) => expect(row?.steps[0]?.experiment).toBeNull(),
  },
  {
    name: 'the experiment cannot be stopped',
    ends: 'DrillUnhealed',
    knobs: course({ ends_as: null, stops: false }),
    graded: 'inconclusive -',
  },
  {
    name: 'the member never comes back',
    ends: 'DrillUnhealed',
    knobs: { resilience: { rejoin_ms: null, heals: false } },
    shows: ({ row }) => expect(row?.released).toBe('quarantined'),
  },
  { name: 'healing cannot see the topology', ends: 'DrillUnhealed', knobs: { blind: (moment) => after(moment, 6_000) } },
];
