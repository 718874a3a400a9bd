import { expect } from 'vitest';
import { task } from '../../lambdas/task.ts';
import type { AlarmState } from '../../lambdas/tools.ts';
import type { Course } from '../virtual/experiments.ts';
import type { Manners } from '../virtual/probe.ts';
import type { Moment, VirtualWorld } from '../virtual/world.ts';
import { run, type Walk } from './walk.ts';

export const course = (change: Partial<Course>): Walk['knobs'] => ({ course: change });
export const manners = (change: (moment: Moment) => Partial<Manners>): Walk['knobs'] => ({ manners: change });

/** True from so many milliseconds after the first experiment began. */
export const after = (moment: Moment, ms: number): boolean => {
  const started_at = moment.started_at();
  return started_at !== null && moment.now() >= started_at + ms;
};

/** True until so many milliseconds after the world began. */
export const within = (moment: Moment, ms: number): boolean => moment.now() < moment.began_at + ms;

/** From the first experiment's start for so many milliseconds. */
export const frozenFor = (moment: Moment, ms: number) => {
  const from = moment.started_at();
  return from === null ? null : { from, to: from + ms };
};

/** An answer that lacks what the next state reads, of which an execution dies uncaught. */
export const withoutToken: NonNullable<NonNullable<Walk['knobs']>['wrap']> = (tasks) => ({
  ...tasks,
  Readmit: async () => ({ decision: 'inject' }),
});

export const nothingInjected: Walk['shows'] = ({ world, row }) => {
  expect(world.experiments.all()).toEqual([]);
  expect(row?.outcome).toMatchObject({ kind: 'refused' });
};

/** The real wrapper around a handler whose answer has grown too large. */
export const tooLarge = (name: string): Walk['knobs'] => ({
  wrap: (tasks, world) => ({ ...tasks, [name]: task(name, async () => ({ status: 'done', why: 'x'.repeat(33_000) }))(world.tools) }),
});

/** One step for each of these victims, in this order, each with a token and an experiment of its own. */
export const rolled =
  (victims: string[]): Walk['shows'] =>
  ({ row, world }) => {
    expect(row?.steps.map(({ step, token, victims: hit }) => [step, token, ...hit])).toEqual(
      victims.map((victim, index) => [index + 1, `${run}/${index + 1}`, victim]),
    );
    expect(world.experiments.all().map((each) => each.id)).toEqual(row?.steps.map((each) => each.experiment));
  };

/** An alarm outside that listens to the heartbeats; before anybody watches it may not be asked for, since it cannot be OK. */
export const listening =
  (state: (age_ms: number) => AlarmState) =>
  async ({ tools, probe, clock }: VirtualWorld): Promise<void> => {
    const [began_at, { alarms }, name] = [clock.now(), tools.metrics, 'heartbeat'];
    tools.probe.alarm = () => name;
    tools.metrics.alarms = async (names) => {
      if (!names.includes(name)) return alarms(names);
      if (probe.watching === 0) throw new Error('nobody watches yet');
      return [{ name, state: state(clock.now() - began_at) }];
    };
  };
