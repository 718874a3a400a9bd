import { expect } from 'vitest';
import { aRun } from '../lambdas/runs-conformance.ts';
import type { VirtualWorld } from '../virtual/world.ts';
import { listening, manners, nothingInjected, within } from './knobs.ts';
import type { Walk } from './walk.ts';

/** Looking at the topology takes three seconds once the witnesses watch. */
async function slowTopology({ tools, clock, probe }: VirtualWorld): Promise<void> {
  const { observe } = tools.topology;
  tools.topology.observe = async (drill) => {
    if (probe.watching > 0) await clock.sleep(3_000);
    return observe(drill);
  };
}

/** Drills that are not admitted: nothing is injected. */
export const refusals: Walk[] = [
  { name: 'refused: unknown drill', ends: 'DrillRefused', input: { drill: 'no-such-drill' } },
  { name: 'refused: no drill named', ends: 'DrillRefused', input: {} },
  {
    name: 'refused at preflight: the calendar is closed',
    ends: 'DrillRefused',
    graded: 'not injecting: the calendar is closed: sale',
    knobs: { calendar: () => 'sale' },
    shows: nothingInjected,
  },
  {
    name: 'refused at preflight: the calendar cannot be read',
    ends: 'DrillRefused',
    shows: nothingInjected,
    knobs: {
      calendar: () => {
        throw new Error('no answer');
      },
    },
  },
  {
    name: 'refused at preflight: a guard alarm already fires',
    ends: 'DrillRefused',
    graded: 'guard alarm write-errors is ALARM',
    knobs: { alarm: () => 'ALARM' },
    shows: nothingInjected,
  },
  {
    name: 'refused at preflight: a guard alarm without data',
    ends: 'DrillRefused',
    graded: 'INSUFFICIENT_DATA',
    knobs: { alarm: () => 'INSUFFICIENT_DATA' },
    shows: nothingInjected,
  },
  {
    name: 'refused at preflight: the topology cannot be read',
    ends: 'DrillRefused',
    graded: 'cannot be read',
    knobs: { blind: (moment) => within(moment, 1_000) },
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: the topology cannot be read',
    ends: 'DrillRefused',
    graded: 'cannot be read',
    knobs: { blind: (moment) => !within(moment, 1_000) && within(moment, 8_000) },
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: the topology cannot be read any more, which leaves nothing to heal',
    ends: 'DrillRefused',
    graded: 'cannot be read',
    knobs: { blind: (moment) => !within(moment, 1_000) },
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: a guard alarm fires by then',
    ends: 'DrillRefused',
    graded: 'refused at readmission',
    knobs: { alarm: (moment) => (within(moment, 2_000) ? 'OK' : 'ALARM') },
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: a witness that never beats',
    ends: 'DrillRefused',
    graded: 'never sent a heartbeat',
    knobs: manners(() => ({ mute: (witness) => witness === 'odd' })),
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: a witness that died before the start',
    ends: 'DrillRefused',
    graded: 'witness odd died',
    knobs: manners((moment) => ({ dies: (witness, now) => witness === 'odd' && now >= moment.began_at + 2_000 })),
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: the baseline is not clean',
    ends: 'DrillRefused',
    graded: 'the baseline is not clean',
    knobs: manners(() => ({ troubled: (witness) => witness === 'even' })),
    shows: nothingInjected,
  },
  {
    name: 'refused at re-admission: nobody outside hears the witnesses',
    ends: 'DrillRefused',
    graded: 'refused at readmission',
    before: listening(() => 'ALARM'),
    shows: ({ world, row }) => {
      expect(world.experiments.all()).toEqual([]);
      expect(row?.outcome).toMatchObject({ kind: 'refused', why: 'not injecting: heartbeat alarm heartbeat is ALARM' });
    },
  },
  {
    name: 'refused at re-admission: a witness dies while the topology is looked at',
    ends: 'DrillRefused',
    graded: 'witness odd died',
    knobs: manners((moment) => ({ dies: (witness, now) => witness === 'odd' && now >= moment.began_at + 6_000 })),
    before: slowTopology,
    shows: nothingInjected,
  },
  {
    name: 'duplicate: the slot is filled',
    ends: 'DrillDuplicate',
    input: { drill: 'virtual-failover', scheduled: '09:00' },
    before: (world) =>
      world.tools.runs.claim(aRun('earlier', { slot: 'virtual-failover/09:00', store: 'another', claimed_at: world.clock.now() })),
  },
  {
    name: 'refused: the store is held',
    ends: 'DrillRefused',
    before: (world) => world.tools.runs.claim(aRun('earlier', { store: 'virtual-aurora', expires_at: world.clock.now() + 1_000_000 })),
  },
  {
    name: 'refused: what somebody else wrote would fill a result',
    ends: 'DrillRefused',
    knobs: { calendar: () => 'x'.repeat(300_000) },
    graded: 'xxx... (300000 characters)',
    shows: nothingInjected,
  },
];
