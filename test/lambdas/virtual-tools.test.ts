import { expect, test } from 'vitest';
import { deadlines } from '../../lambdas/deadlines.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import { virtualFailover } from '../virtual/drill.ts';
import { MemoryEvidence } from '../virtual/evidence.ts';
import { type VirtualWorld, virtualWorld } from '../virtual/world.ts';
import {
  alarmsConformance,
  calendarConformance,
  evidenceConformance,
  type FaultsOnTrial,
  faultsConformance,
  noticesConformance,
  probeConformance,
} from './tools-conformance.ts';

evidenceConformance('memory', () => new MemoryEvidence());
noticesConformance('virtual', () => virtualWorld().tools.notices);
alarmsConformance('virtual', () => ({ metrics: virtualWorld().tools.metrics, known: ['write-errors'] }));
calendarConformance('virtual', {
  open: () => virtualWorld().tools.calendar,
  closed: () => virtualWorld({ calendar: () => 'sale' }).tools.calendar,
  unreadable: () =>
    virtualWorld({
      calendar: () => {
        throw new Error('no answer');
      },
    }).tools.calendar,
});
probeConformance('virtual', () => {
  const { clock, probe } = virtualWorld();
  return { probe, drill: virtualFailover, run: 'run-1', now: clock.now, during: clock.drive };
});
faultsConformance('virtual', () => faultsOf(virtualWorld()));

async function faultsOf(world: VirtualWorld): Promise<FaultsOnTrial> {
  const { clock, tools, experiments } = world;
  const now = clock.now();
  await tools.runs.claim({
    run: 'run-1',
    execution: 'e',
    drill: virtualFailover.name,
    store: 's',
    claimed_at: now,
    ...deadlines(virtualFailover, now),
    slot: null,
    takeover: false,
  });
  const row: RunRow = await tools.runs.change('run-1', (own) => ({
    ...own,
    phase: 'injecting',
    steps: [{ step: 1, template: experiments.template(), token: 'run-1/1', victims: ['pg-1'], injecting_at: now, experiment: null }],
  }));
  const start = async () =>
    (await clock.drive(experiments.start({ ClientToken: 'run-1/1', ExperimentTemplateId: experiments.template(), Tags: { run: 'run-1' } })))
      .Experiment.Id;
  return { faults: experiments, drill: virtualFailover, row, start, sleep: (ms) => clock.drive(clock.sleep(ms)) };
}

test('an experiment that no row announces is not started', async () => {
  const { clock, experiments } = virtualWorld();
  const start = experiments.start({ ClientToken: 'run-1/1', ExperimentTemplateId: experiments.template(), Tags: { run: 'run-1' } });
  await expect(clock.drive(start)).rejects.toThrow('announces no such step');
  expect(experiments.all()).toEqual([]);
});
