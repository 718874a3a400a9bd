import { expect } from 'vitest';
import { mskQuorumLoss } from '../../drills/msk-quorum-loss.ts';
import { readmit } from '../../lambdas/readmit.ts';
import type { Runs } from '../../lambdas/tools.ts';
import type { Beat } from '../../probe/contract.ts';
import { virtualKafka } from '../virtual/drill.ts';
import type { VirtualWorld } from '../virtual/world.ts';
import { manners, rolled } from './knobs.ts';
import type { Walk } from './walk.ts';

const restart = (walk: Omit<Walk, 'input'>): Walk => ({
  ...walk,
  input: { drill: 'virtual-broker-reboot' },
  knobs: { kafka: {}, ...walk.knobs },
});

const quorumLoss = virtualKafka(mskQuorumLoss, { topology: { ...mskQuorumLoss.topology, brokers: 5 } });

/** A heartbeat that shows another leader is written right before what re-admission writes. */
function movesFirst({ tools: { runs } }: VirtualWorld): Runs {
  return {
    ...runs,
    change: async (run, edit) => {
      await runs.change(run, (row) => ({ ...row, beats: { even: moved(row.beats.even), odd: moved(row.beats.odd) } }));
      return runs.change(run, edit);
    },
  };
}

function moved(beat: Beat | null): Beat | null {
  if (beat?.partitions === undefined) return beat;
  const states = beat.partitions.states.map((each) => (each.partition === 0 ? { ...each, leader: 2, leader_epoch: 2 } : each));
  return { ...beat, partitions: { ...beat.partitions, states } };
}

/** What re-admission sees of leaders and in-sync replicas is the probe's own metadata. */
export const liveViews: Walk[] = [
  restart({ name: 'a controlled restart', ends: 'SUCCEEDED', graded: 'pass A', shows: rolled(['broker-1']) }),
  restart({
    name: 'refused: no heartbeat tells leaders and in-sync replicas',
    ends: 'DrillRefused',
    graded: 'no live view',
    knobs: manners(() => ({ view: () => undefined })),
    shows: ({ world }) => expect(world.experiments.all()).toEqual([]),
  }),
  restart({
    name: "refused: the probe's metadata is too old",
    ends: 'DrillRefused',
    graded: 'view 7,000 ms old: 7,000 > 5,000 ms: refuse',
    knobs: manners(() => ({ view: (view) => ({ ...view, seen_at: view.seen_at - 6_000 }) })),
    shows: ({ world }) => expect(world.experiments.all()).toEqual([]),
  }),
  restart({
    name: 'the probe sees another leader than the control plane: the probe is believed',
    ends: 'SUCCEEDED',
    knobs: manners(() => ({
      view: ({ seen_at, states }) => ({
        seen_at,
        states: states.map((state) => (state.partition === 0 ? { ...state, leader: 2 } : state)),
      }),
    })),
    shows: ({ row }) => {
      expect(row?.steps[0]?.victims).toEqual(['broker-2']);
      expect(row?.events.find(({ what }) => what === 'injecting')?.text).toContain('p0 leader 2 ISR {1,2,3}, told as leader 1 ISR {1,2,3}');
    },
  }),
  restart({
    name: 'refused: a leader moves while what it was is admitted',
    ends: 'DrillRefused',
    graded: 'partitions changed after they were admitted',
    knobs: { wrap: (tasks, world) => ({ ...tasks, Readmit: readmit({ ...world.tools, runs: movesFirst(world) }) }) },
    shows: ({ world, row }) => {
      expect(world.experiments.all()).toEqual([]);
      expect(row?.outcome).toMatchObject({ why: expect.stringContaining('p0 leader 2 ISR {1,2,3}, told as leader 1 ISR {1,2,3}') });
    },
  }),
  {
    name: 'below min ISR some partitions stop and the others go on',
    ends: 'SUCCEEDED',
    graded: 'pass',
    input: { drill: quorumLoss.name },
    knobs: { drills: [quorumLoss], kafka: { brokers: 5, down_ms: 30_000 }, course: { ends_after_ms: 31_000 } },
    shows: ({ world, row }) => {
      const longest_ms = world.cluster.targets(quorumLoss).map((each) => Math.max(0, ...each.outages().map(({ from, to }) => to - from)));
      expect(longest_ms.map((ms) => ms > 30_000)).toEqual([true, false, false, false, true, true]);
      expect(row?.halt).toMatchObject({ by: 'done' });
    },
  },
];
