import { admit, victimsOf } from '../../../core/admission.ts';
import type { KafkaDrill } from '../../../core/drill.ts';
import type { Event, Lane, LaneReadback, PartitionSight, Record } from '../../../core/record.ts';
import { decodeRuns, encodeRuns } from '../../../core/run-lengths.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../../../core/topology.ts';
import { simulateLane } from '../../virtual/lane.ts';

/** When the built runs start; every other time of a story is milliseconds after it. */
export const STARTED_AT = 1_790_000_000_000;
export const LOAD = 1_000;
export const FAULT = 9_000;

const bin_ms = 200;

/** What the drill declares, leaders in turn, followers in racks of their own while there are any. */
export function aKafkaTopology(drill: KafkaDrill, changes: Partial<KafkaTopology> = {}): KafkaTopology {
  const { brokers, zones, controllers, partitions, min_isr, unclean_election, replication_factor } = drill.topology;
  const factor = drill.rig?.replication_factor ?? replication_factor;
  const ids = Array.from({ length: brokers }, (_, index) => index + 1);
  const rack = (index: number) => `rack-${'abc'[index % zones]}`;
  return {
    store: 'msk',
    observed_at: STARTED_AT + 150,
    members: [
      ...ids.map((id, index) => ({ name: brokerName(id), zone: rack(index), role: 'broker' as const, healthy: true })),
      ...Array.from({ length: controllers }, (_, index) => ({
        name: `controller-${101 + index}`,
        zone: rack(index),
        role: 'controller' as const,
        healthy: true,
      })),
    ],
    topic: 'quorum-drill',
    partitions: Array.from({ length: partitions }, (_, partition) => {
      const replicas = placed(
        Array.from({ length: brokers }, (_, step) => ids[(partition + step) % brokers] ?? 0),
        (id) => rack(id - 1),
        factor,
      );
      return { partition, leader: replicas[0] ?? null, leader_epoch: 3, replicas, isr: [...replicas] };
    }),
    min_isr: drill.rig?.min_isr ?? min_isr,
    unclean_election,
    active_controller: 'controller-102',
    session_timeout_ms: 9_000,
    heartbeat_ms: 2_000,
    lag_time_ms: 30_000,
    elr: false,
    ...changes,
  };
}

/** The first ones of racks of their own, then whoever is left. */
function placed(inTurn: number[], rackOf: (id: number) => string, count: number): number[] {
  const apart = inTurn.filter((id, index) => inTurn.findIndex((other) => rackOf(other) === rackOf(id)) === index);
  return [...apart, ...inTurn.filter((id) => !apart.includes(id))].slice(0, count);
}

/** From when until when attempts on a partition go wrong. */
export type Down = [from: number, to: number];

export interface KafkaStory {
  /** Which brokers the metadata shows as gone from when on; those named no more are back in every ISR. */
  gone: { at: number; ids: number[] }[];
  down: (partition: PartitionState) => Down[];
  /** One experiment each; by default one on the drill's own victims. */
  rounds: { at: number; victims: string[] }[];
  events: Event[];
  stop: number;
  period_ms: number;
}

/** An event so many milliseconds after the start. */
export function event(after_ms: number, what: Event['what'], text: string, who?: string): Event {
  return { at: STARTED_AT + after_ms, what, text, ...(who === undefined ? {} : { who }) };
}

/** A completed run of a drill, told by its story: both witnesses write to every partition. */
export function aKafkaRecord(drill: KafkaDrill, story: Partial<KafkaStory> = {}): Record {
  const topology = aKafkaTopology(drill);
  const all: KafkaStory = {
    gone: [],
    down: () => [],
    rounds: [{ at: FAULT, victims: victimsOf(drill, topology) }],
    events: [],
    stop: FAULT + 40_000,
    period_ms: (2_000 * drill.topology.partitions) / drill.load.rate_hz,
    ...story,
  };
  const lanes = topology.partitions.flatMap((partition) =>
    (['even', 'odd'] as const).map((witness, segment) => laneOf(partition, witness, segment, all)),
  );
  return {
    version: 1,
    drill: drill.name,
    run: `${drill.name}-1`,
    source: 'lab',
    engine: { name: 'Apache Kafka', version: '4.1.0' },
    started_at: STARTED_AT,
    ended_at: STARTED_AT + all.stop + 20_000,
    outcome: { kind: 'completed' },
    healed: true,
    topology,
    admission: admissionOf(drill, topology, all),
    victims: [...new Set(all.rounds.flatMap(({ victims }) => victims))],
    experiments: all.rounds.map(({ at, victims }, index) => ({
      id: `EXP${index + 1}`,
      step: index + 1,
      status: 'completed',
      start_at: STARTED_AT + at,
      end_at: STARTED_AT + at + 1_000,
      victims,
    })),
    events: [
      event(0, 'claimed', 'lease taken, fence 7'),
      event(200, 'admitted', 'admitted at preflight'),
      event(LOAD, 'load-started', '120 writes a second'),
      event(FAULT - 10, 'injecting', 'step 1'),
      ...all.events,
      event(all.stop + 500, 'healing', 'undoing the fault'),
      event(all.stop + 15_000, 'healed', 'every ISR is full'),
    ],
    series: lanes.flatMap(({ series }) => series),
    probe: {
      segments: (['even', 'odd'] as const).map((witness, segment) => ({
        segment,
        witness,
        from: STARTED_AT + LOAD - 20,
        to: STARTED_AT + all.stop + 30,
        died: false,
        stalls: [],
        longest_stall_ms: 12,
      })),
      lanes: lanes.map(({ lane }) => lane),
      partitions: sights(topology, all),
      clock_uncertainty_ms: 2,
    },
    readback: lanes.map(({ lane }) => allReadBack(lane)),
    provenance: { program: 'quorum-drills', program_version: '0.1.0', node: 'v24.21.0', platform: 'linux x64', settings: {} },
  };
}

/** The lane of a partition, the even witness's by default. */
export function partitionLane(record: Record, partition: number, segment = 0): Lane {
  const lane = record.probe.lanes.find((each) => each.partition === partition && each.segment === segment);
  if (lane === undefined) throw new Error(`no lane of p${partition}`);
  return lane;
}

/** Takes the last `count` numbers acknowledged before the first failure out of a lane's read-back. */
export function loseTail(record: Record, partition: number, count: number): void {
  const { lane, outcomes } = partitionLane(record, partition);
  const [acked = 0, ...rest] = outcomes.split(' ').map((run) => Number(run.slice(1)));
  const readback = record.readback?.find((each) => each.lane === lane);
  if (readback === undefined) throw new Error(`${lane} was not read back`);
  const letters = outcomes
    .split(' ')
    .slice(1)
    .map((run) => (run.startsWith('a') ? 'p' : 'm'));
  readback.present = encodeRuns([
    { letter: 'p', count: acked - count },
    { letter: 'm', count },
    ...rest.map((length, index) => ({ letter: letters[index] ?? 'm', count: length })),
  ]);
}

function laneOf(partition: PartitionState, witness: 'even' | 'odd', segment: number, story: KafkaStory) {
  const down = story.down(partition);
  const lane = simulateLane({
    target: `p${partition.partition}`,
    kind: 'service',
    segment,
    witness,
    // The witnesses share the load, each half a period after the other.
    from: STARTED_AT + LOAD + segment * (story.period_ms / 2),
    to: STARTED_AT + story.stop,
    period_ms: story.period_ms,
    bin_ms,
    answer: (at) =>
      down.some(([from, to]) => at >= STARTED_AT + from && at < STARTED_AT + to)
        ? {
            code: 'timeout',
            outcome: 'indeterminate',
            after_ms: Math.min(1_000, (down.find(([, to]) => at < STARTED_AT + to)?.[1] ?? 0) + STARTED_AT - at + 5),
          }
        : { server: `broker-${partition.leader}@3` },
  });
  return { ...lane, lane: { ...lane.lane, partition: partition.partition } };
}

function allReadBack({ lane, outcomes }: Lane): LaneReadback {
  const runs = decodeRuns(outcomes, 'afi').map(({ letter, count }) => ({ letter: letter === 'a' ? 'p' : 'm', count }));
  return { lane, present: encodeRuns(runs), duplicated: 0, reordered: 0 };
}

/** Preflight once, and re-admission before each round with those before it done. */
function admissionOf(drill: KafkaDrill, topology: KafkaTopology, { rounds }: KafkaStory): Record['admission'] {
  const live = (at: number): KafkaTopology => ({ ...topology, observed_at: at });
  return [
    ...admit(drill, topology, 'preflight', STARTED_AT + 200),
    ...rounds.flatMap(({ at }, index) => {
      const done = rounds.slice(0, index).flatMap(({ victims }) => victims);
      return admit(drill, live(STARTED_AT + at - 50), 'readmission', STARTED_AT + at - 50, done);
    }),
  ];
}

function sights(topology: KafkaTopology, { gone }: KafkaStory): PartitionSight[] {
  let states = topology.partitions;
  const seen: PartitionSight[] = states.map((state) => ({ at: STARTED_AT + LOAD, ...state }));
  for (const { at, ids } of gone) {
    const next = states.map((state) => without(state, ids));
    seen.push(...next.filter((state, index) => state !== states[index]).map((state) => ({ at: STARTED_AT + at, ...state })));
    states = next;
  }
  return seen;
}

/** As the controller would decide it: the first in-sync replica in the order of preference leads. */
function without(state: PartitionState, ids: number[]): PartitionState {
  const alive = state.replicas.filter((id) => !ids.includes(id));
  const leader = state.leader !== null && alive.includes(state.leader) ? state.leader : (alive[0] ?? null);
  const isr = alive.length === 0 ? state.isr : alive;
  if (leader === state.leader && isr.join() === state.isr.join()) return state;
  return { ...state, leader, isr, leader_epoch: state.leader_epoch + (leader === state.leader ? 0 : 1) };
}
