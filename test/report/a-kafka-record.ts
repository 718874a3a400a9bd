import { admit } from '../../core/admission.ts';
import type { Event, Lane, LaneReadback, PartitionSight, Record } from '../../core/record.ts';
import { decodeRuns, encodeRuns } from '../../core/run-lengths.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../../core/topology.ts';
import { mskBrokerLoss } from '../../drills/msk-broker-loss.ts';
import { simulateLane } from '../virtual/lane.ts';

/** When the built run starts, and what happens how many milliseconds later. */
export const KAFKA_STARTED_AT = 1_790_000_000_000;
export const KAFKA_AT = { load: 1_000, fault: 6_000, fenced: 15_300, followed: 15_450, back: 31_000, stop: 46_000 } as const;

const brokers = [1, 2, 3, 4, 5];
const partitions = [0, 1, 2, 3, 4, 5];
const at = (after_ms: number): number => KAFKA_STARTED_AT + after_ms;

/** Five brokers in three racks, six partitions of three replicas each. */
export function aKafkaTopology(): KafkaTopology {
  return {
    store: 'msk',
    observed_at: at(150),
    members: [
      ...brokers.map((id) => ({ name: brokerName(id), zone: `rack-${'abc'[id % 3]}`, role: 'broker' as const, healthy: true })),
      ...[1, 2, 3].map((id) => ({ name: `controller-${id}`, zone: `rack-${'abc'[id % 3]}`, role: 'controller' as const, healthy: true })),
    ],
    topic: 'drill',
    partitions: partitions.map((partition) => stateOf(partition)),
    min_isr: 2,
    unclean_election: false,
    active_controller: 'controller-2',
    session_timeout_ms: 9_000,
    heartbeat_ms: 2_000,
    lag_time_ms: 30_000,
    elr: true,
  };
}

function stateOf(partition: number): PartitionState {
  const replicas = [0, 1, 2].map((n) => ((partition + n) % brokers.length) + 1);
  return { partition, leader: replicas[0] ?? null, leader_epoch: 4, replicas, isr: replicas };
}

const victim = 1;
const led = (partition: number) => stateOf(partition).leader === victim;
const followed = (partition: number) => !led(partition) && stateOf(partition).replicas.includes(victim);

/** A run of msk-broker-loss: broker 1 is killed, fenced after its session, and back in every ISR before the end. */
export function aKafkaRecord(edit: (record: Record) => void = () => {}): Record {
  const topology = aKafkaTopology();
  const lanes = partitions.flatMap((partition) => lanesOf(partition));
  const record: Record = {
    version: 1,
    drill: 'msk-broker-loss',
    run: 'msk-broker-loss-0001',
    source: 'lab',
    engine: { name: 'Apache Kafka', version: '4.1.0' },
    started_at: at(0),
    ended_at: at(KAFKA_AT.stop + 4_000),
    outcome: { kind: 'completed' },
    healed: true,
    topology,
    admission: [
      ...admit(mskBrokerLoss, topology, 'preflight', at(200)),
      ...admit(mskBrokerLoss, { ...topology, observed_at: at(5_900) }, 'readmission', at(5_960)),
    ],
    victims: [brokerName(victim)],
    experiments: [{ id: 'EXP1', step: 1, status: 'completed', start_at: at(KAFKA_AT.fault), end_at: at(KAFKA_AT.fault + 40) }],
    events: events(),
    series: [...lanes.flatMap((each) => each.series), margin()],
    probe: {
      segments: (['even', 'odd'] as const).map((witness, segment) => ({
        segment,
        witness,
        from: at(KAFKA_AT.load - 20),
        to: at(KAFKA_AT.stop + 30),
        died: false,
        stalls: [],
        longest_stall_ms: 4,
      })),
      lanes: lanes.map((each) => each.lane),
      partitions: partitions.flatMap((partition) => sights(partition)),
      clock_uncertainty_ms: 1,
    },
    readback: lanes.map(({ lane }) => allReadBack(lane)),
    provenance: {
      program: 'quorum-drills',
      program_version: '0.1.0',
      node: 'v24.21.0',
      platform: 'linux x64',
      settings: { acks: 'all', 'broker.session.timeout.ms': '9000' },
    },
  };
  edit(record);
  return record;
}

function lanesOf(partition: number) {
  const up_ms = led(partition) ? KAFKA_AT.fenced + 180 : KAFKA_AT.followed;
  const hit = led(partition) || followed(partition);
  return (['even', 'odd'] as const).map((witness, segment) => {
    const made = simulateLane({
      target: `p${partition}`,
      kind: 'service',
      segment,
      witness,
      from: at(KAFKA_AT.load + partition * 8 + segment * 50),
      to: at(KAFKA_AT.stop),
      period_ms: 100,
      bin_ms: 500,
      answer: (now) => {
        const down = hit && now >= at(KAFKA_AT.fault) && now < at(up_ms);
        if (down) return { code: 'REQUEST_TIMED_OUT', outcome: 'indeterminate', after_ms: 1_000 };
        const state = stateAt(partition, now - KAFKA_STARTED_AT);
        return { server: `${brokerName(state.leader ?? 0)}@${state.leader_epoch}` };
      },
    });
    return { ...made, lane: { ...made.lane, partition } };
  });
}

function sights(partition: number): PartitionSight[] {
  const times = [KAFKA_AT.fenced, KAFKA_AT.followed, KAFKA_AT.back, KAFKA_AT.back + 6_000];
  return times.flatMap((after_ms) =>
    // Both witnesses see it, one a little later.
    led(partition) || followed(partition) ? [0, 35].map((late) => ({ ...stateAt(partition, after_ms), at: at(after_ms + late) })) : [],
  );
}

function stateAt(partition: number, after_ms: number): PartitionState {
  const state = stateOf(partition);
  const without = state.replicas.filter((id) => id !== victim);
  if (led(partition)) {
    const back = after_ms >= KAFKA_AT.back + 6_000;
    if (after_ms < KAFKA_AT.fenced || back) return { ...state, leader_epoch: back ? 6 : 4 };
    return { ...state, leader: without[0] ?? null, leader_epoch: 5, isr: after_ms < KAFKA_AT.back ? without : state.isr };
  }
  return followed(partition) && after_ms >= KAFKA_AT.followed && after_ms < KAFKA_AT.back ? { ...state, isr: without } : state;
}

function allReadBack({ lane, outcomes }: Lane): LaneReadback {
  const runs = decodeRuns(outcomes, 'afi').map(({ letter, count }) => ({ letter: letter === 'a' ? 'p' : 'm', count }));
  return { lane, present: encodeRuns(runs), duplicated: 0, reordered: 0 };
}

function margin(): Record['series'][number] {
  const points = Array.from({ length: (KAFKA_AT.stop - KAFKA_AT.load) / 1_000 }, (_, second) => {
    const after_ms = KAFKA_AT.load + second * 1_000;
    return after_ms < KAFKA_AT.fenced || after_ms >= KAFKA_AT.back ? 1 : 0;
  });
  return { name: 'margin', unit: 'replicas', start_at: at(KAFKA_AT.load), bin_ms: 1_000, points };
}

function events(): Event[] {
  const name = brokerName(victim);
  return [
    { at: at(0), what: 'claimed', text: 'lease taken, fence 7' },
    { at: at(200), what: 'admitted', text: 'admitted at preflight' },
    { at: at(KAFKA_AT.load), what: 'load-started', text: '120 records a second' },
    { at: at(5_970), what: 'injecting', text: `step 1 on ${name}` },
    { at: at(KAFKA_AT.fault), what: 'fault-started', who: name, text: 'SIGKILL' },
    { at: at(KAFKA_AT.fault + 22), what: 'fault-confirmed', who: name, text: `no process of ${name} is left` },
    { at: at(KAFKA_AT.fault + 22), what: 'member-lost', who: name, text: 'killed' },
    { at: at(KAFKA_AT.back), what: 'member-back', who: name, text: 'in sync again' },
    { at: at(KAFKA_AT.stop + 500), what: 'healing', text: 'undoing the fault' },
    { at: at(KAFKA_AT.stop + 2_000), what: 'healed', text: 'every replica in sync' },
  ];
}
