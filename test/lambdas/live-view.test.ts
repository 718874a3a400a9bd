import { expect, test } from 'vitest';
import type { KafkaTopology, PartitionState } from '../../core/topology.ts';
import { threeBrokers } from '../../drills/msk.ts';
import { withLiveView } from '../../lambdas/live-view.ts';
import type { RunRow } from '../../lambdas/tools.ts';
import type { WitnessName } from '../../probe/contract.ts';
import { start_at, virtualClock } from '../virtual/clock.ts';
import { SimulatedCluster } from '../virtual/cluster.ts';
import { SimulatedKafka, usualKafka } from '../virtual/kafka.ts';

const told: KafkaTopology = new SimulatedKafka(virtualClock(), { ...threeBrokers, partitions: 2 }, usualKafka).observe();
const [p0, p1] = told.partitions as [PartitionState, PartitionState];

/** A heartbeat whose metadata is `age_ms` older than what the control plane told. */
function beat(witness: WitnessName, age_ms: number, states?: PartitionState[]) {
  const partitions = states === undefined ? {} : { partitions: { seen_at: start_at - age_ms, states } };
  return { at: start_at, witness, segment: 0, service: [], longest_stall_ms: 0, ...partitions };
}

const views: [string, RunRow['beats'], { why: string } | { leaders: (number | null)[]; age_ms: number; differs: string | null }][] = [
  ['no heartbeat', { even: null, odd: null }, { why: 'no heartbeat tells leaders' }],
  ['heartbeats without partitions', { even: beat('even', 0), odd: beat('odd', 0) }, { why: 'no heartbeat tells leaders' }],
  ['one that agrees', { even: beat('even', 900, [p0, p1]), odd: beat('odd', 0) }, { leaders: [1, 2], age_ms: 900, differs: null }],
  [
    'a view younger than the control plane',
    { even: beat('even', -50, [p0, p1]), odd: null },
    { leaders: [1, 2], age_ms: 0, differs: null },
  ],
  ['an old view', { even: beat('even', 7_000, [p0, p1]), odd: null }, { leaders: [1, 2], age_ms: 7_000, differs: null }],
  [
    'an ISR in another order',
    { even: beat('even', 0, [{ ...p0, isr: [3, 1, 2] }, p1]), odd: null },
    { leaders: [1, 2], age_ms: 0, differs: null },
  ],
  [
    'another leader, in the fresher of two',
    { even: beat('even', 900, [p0, p1]), odd: beat('odd', 100, [{ ...p0, leader: 3 }, p1]) },
    { leaders: [3, 2], age_ms: 100, differs: "the probe's live view counts: p0 leader 3 ISR {1,2,3}, told as leader 1 ISR {1,2,3}" },
  ],
  [
    'another leader, in the older of two',
    { even: beat('even', 100, [p0, p1]), odd: beat('odd', 900, [{ ...p0, leader: 3 }, p1]) },
    { leaders: [1, 2], age_ms: 100, differs: null },
  ],
  [
    'no leader and a smaller ISR',
    { even: null, odd: beat('odd', 0, [p0, { ...p1, leader: null, isr: [2] }]) },
    { leaders: [1, null], age_ms: 0, differs: "the probe's live view counts: p1 leader none ISR {2}, told as leader 2 ISR {1,2,3}" },
  ],
  [
    'an ISR that shrank without a new epoch, seen by the older of two',
    { even: beat('even', 100, [p0, p1]), odd: beat('odd', 900, [{ ...p0, isr: [1] }, p1]) },
    { leaders: [1, 2], age_ms: 100, differs: "the probe's live view counts: p0 leader 1 ISR {1}, told as leader 1 ISR {1,2,3}" },
  ],
  ['a partition short', { even: beat('even', 0, [p0]), odd: null }, { why: "the probe's metadata lacks p1" }],
  [
    'a partition that the control plane does not know',
    { even: beat('even', 0, [p0, p1, { ...p1, partition: 2 }]), odd: null },
    { leaders: [1, 2, 2], age_ms: 0, differs: "the probe's live view counts: p2 is unknown to the control plane" },
  ],
];

test.each(views)('the live view with %s', (_what, beats, wanted) => {
  const live = withLiveView(told, beats);
  if ('why' in wanted) return expect(live).toEqual({ why: expect.stringContaining(wanted.why) });
  if ('why' in live || live.topology.store !== 'msk') throw new Error('no view');
  const { partitions, observed_at, ...config } = live.topology;
  expect(partitions.map(({ leader }) => leader)).toEqual(wanted.leaders);
  expect(told.observed_at - observed_at).toBe(wanted.age_ms);
  expect(live.differs).toBe(wanted.differs);
  expect({ ...told, ...config }).toEqual(told);
});

test('many differences are counted, not all told', () => {
  const many: KafkaTopology = { ...told, partitions: Array.from({ length: 60 }, (_, partition) => ({ ...p0, partition })) };
  const live = withLiveView(many, {
    even: beat(
      'even',
      0,
      many.partitions.map((each) => ({ ...each, leader: 2 })),
    ),
    odd: null,
  });
  expect('differs' in live && live.differs).toMatch(/; and 54 more$/);
});

test('a store without partitions is taken as the control plane tells it', () => {
  const topology = new SimulatedCluster(virtualClock(), { recovery_ms: 0, rejoin_ms: null, heals: true }).observe();
  expect(withLiveView(topology, { even: null, odd: null })).toEqual({ topology, differs: null });
});
