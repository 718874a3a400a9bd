import { admit } from '../../core/admission.ts';
import type { Event, Lane, LaneReadback, Record, SegmentRecord } from '../../core/record.ts';
import { decodeRuns, encodeRuns } from '../../core/run-lengths.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { type LanePlan, simulateLane } from '../virtual/lane.ts';

/** Bins of the series, as the probe makes them. */
const bin_ms = 100;

/** When the built runs start, and what happens how many milliseconds later. */
export const STARTED_AT = 1_790_000_000_000;
export const AT = {
  load: 1_000,
  injecting: 5_000,
  fault: 5_040,
  confirmed: 5_062,
  down: 5_055,
  suspected: 5_310,
  detached: 5_345,
  promoted: 5_560,
  moved: 5_575,
  up: 5_583,
  stop: 17_000,
} as const;

/** Six copies in three zones, the writer in zone-a, as the lab's controller publishes them. */
export function aTopology(): AuroraTopology {
  const names = ['pg-1', 'pg-2', 'pg-3', 'pg-4', 'pg-5', 'pg-6'];
  return {
    store: 'aurora',
    observed_at: STARTED_AT + 150,
    members: names.map((name, index) => ({
      name,
      zone: `zone-${'abc'[Math.floor(index / 2)]}`,
      role: index === 0 ? 'writer' : 'reader',
      healthy: true,
    })),
    write_quorum: 4,
    read_quorum: 3,
    commit: { mode: 'quorum', standbys: 3, of: names.slice(1) },
    controller: {
      name: 'lab controller',
      poll_ms: 100,
      misses: 3,
      poll_timeout_ms: 100,
      detach_ms: [5, 200],
      promote_ms: [50, 800],
      repoint_ms: [1, 100],
      handover_ms: [100, 2_000],
      rejoin_ms: [100, 3_000],
    },
    link_delay_ms: 0,
  };
}

/** How the simulated cluster answers; every time is milliseconds after the start of the run. */
export interface Story {
  down: number;
  up: number;
  stop: number;
  /** Who acknowledges once writes are back. */
  successor: string;
  /** The old writer goes on acknowledging those who ask it directly. */
  old_writer_lives: boolean;
  reads_answer: boolean;
  /** Both witnesses are stopped from when until when. */
  asleep: [number, number] | null;
  /** How long an attempt sent while it is down takes to come back, and what it means. */
  failing: { code: string; outcome: 'failed' | 'indeterminate'; after_ms: number };
}

const writerKilled: Story = {
  down: AT.down,
  up: AT.up,
  stop: AT.stop,
  successor: 'pg-2@2',
  old_writer_lives: false,
  reads_answer: false,
  asleep: null,
  failing: { code: 'ECONNREFUSED', outcome: 'failed', after_ms: 0.5 },
};

/** A realistic run of aurora-failover that passes with an A; `story` bends the outage, `edit` changes whatever it likes. */
export function aRecord(edit: (record: Record) => void = () => {}, story: Partial<Story> = {}): Record {
  const told = { ...writerKilled, ...story };
  const lanes = plans(told).map(simulateLane);
  const topology = aTopology();
  const record: Record = {
    version: 1,
    drill: 'aurora-failover',
    run: 'aurora-failover-0001',
    source: 'lab',
    engine: { name: 'PostgreSQL', version: '18.4' },
    started_at: STARTED_AT,
    ended_at: STARTED_AT + told.stop + 7_000,
    outcome: { kind: 'completed' },
    healed: true,
    topology,
    admission: [
      ...admit(auroraFailover, topology, 'preflight', STARTED_AT + 200),
      ...admit(auroraFailover, topology, 'readmission', STARTED_AT + 4_990),
    ],
    victims: ['pg-1'],
    experiments: [{ id: 'EXP1', step: 0, status: 'completed', start_at: STARTED_AT + AT.fault, end_at: STARTED_AT + AT.confirmed + 5 }],
    events: events(told),
    series: [...lanes.flatMap((lane) => lane.series), margin(told)],
    probe: {
      segments: [segment('even', 0, told), segment('odd', 1, told)],
      lanes: lanes.map((lane) => lane.lane),
      clock_uncertainty_ms: 1,
    },
    readback: lanes.filter(({ lane }) => lane.kind !== 'read').map(({ lane }) => allReadBack(lane)),
    provenance: {
      program: 'quorum-drills',
      program_version: '0.1.0',
      node: 'v24.21.0',
      platform: 'linux x64',
      settings: { fsync: 'on', synchronous_commit: 'on' },
    },
  };
  edit(record);
  return record;
}

/** The record's topology, which is Aurora's. */
export function topologyOf({ topology }: Record): AuroraTopology {
  if (topology?.store !== 'aurora') throw new Error('no Aurora topology');
  return topology;
}

/** The lane of a target in a record, service lanes by default. */
export function laneOf(record: Record, name: string): Record['probe']['lanes'][number] {
  const lane = record.probe.lanes.find((each) => each.lane === name);
  if (lane === undefined) throw new Error(`no lane ${name}`);
  return lane;
}

/** Every acknowledged write is there, and nothing else. */
function allReadBack({ lane, outcomes }: Lane): LaneReadback {
  const runs = decodeRuns(outcomes, 'afi').map(({ letter, count }) => ({ letter: letter === 'a' ? 'p' : 'm', count }));
  return { lane, present: encodeRuns(runs), duplicated: 0, reordered: 0 };
}

function plans(story: Story): LanePlan[] {
  const isDown = (at: number) => at >= STARTED_AT + story.down && at < STARTED_AT + story.up;
  const writer = (at: number) => (at < STARTED_AT + story.down ? 'pg-1@1' : story.successor);
  const through: LanePlan['answer'] = (at) => (isDown(at) ? story.failing : { server: writer(at) });
  const always: LanePlan['answer'] = (at) => ({ server: writer(at) });
  const pinned =
    (name: string): LanePlan['answer'] =>
    (at) => {
      const replaced = !story.successor.startsWith('pg-1@');
      if (name === 'pg-1' && replaced && at >= STARTED_AT + story.down) {
        return story.old_writer_lives ? { server: 'pg-1@1' } : { code: 'ECONNREFUSED', outcome: 'failed', after_ms: 0.5 };
      }
      if (name === 'pg-1' && !replaced) return through(at);
      if (!isDown(at) && writer(at).startsWith(`${name}@`)) return { server: writer(at) };
      return { code: '25006', outcome: 'failed', after_ms: 0.5 };
    };
  return (['even', 'odd'] as const).flatMap((witness, segment) => {
    // The witnesses share the load, each half a period after the other.
    const from = STARTED_AT + AT.load + segment * 5;
    const asleep = story.asleep === null ? undefined : ([STARTED_AT + story.asleep[0], STARTED_AT + story.asleep[1]] as [number, number]);
    const common = { witness, segment, from, to: STARTED_AT + story.stop, asleep, bin_ms };
    return [
      { ...common, target: 'writer', kind: 'service' as const, period_ms: 10, answer: through },
      { ...common, target: 'reads', kind: 'read' as const, period_ms: 100, answer: story.reads_answer ? always : through },
      ...['pg-1', 'pg-2', 'pg-3', 'pg-4', 'pg-5', 'pg-6'].map((target) => ({
        ...common,
        target,
        kind: 'pinned' as const,
        period_ms: 200,
        answer: pinned(target),
      })),
    ];
  });
}

function segment(witness: 'even' | 'odd', number: number, story: Story): SegmentRecord {
  return {
    segment: number,
    witness,
    from: STARTED_AT + AT.load - 20,
    to: STARTED_AT + story.stop + 30,
    died: false,
    stalls: [
      ...(story.asleep === null ? [] : [{ from: STARTED_AT + story.asleep[0], to: STARTED_AT + story.asleep[1] }]),
      { from: STARTED_AT + 14_000 + number * 900, to: STARTED_AT + 14_012 + number * 900 },
    ],
    longest_stall_ms: Math.max(12, story.asleep === null ? 0 : story.asleep[1] - story.asleep[0]),
  };
}

function margin(story: Story): Record['series'][number] {
  const points = Array.from({ length: (story.stop - AT.load) / bin_ms }, (_, bin) => (AT.load + bin * bin_ms < AT.fault ? 2 : 1));
  return { name: 'margin', unit: 'copies', start_at: STARTED_AT + AT.load, bin_ms, points };
}

function events(story: Story): Event[] {
  const at = (after_ms: number, what: Event['what'], text: string, who?: string): Event => ({
    at: STARTED_AT + after_ms,
    what,
    text,
    ...(who === undefined ? {} : { who }),
  });
  return [
    at(0, 'claimed', 'lease taken, fence 7'),
    at(200, 'admitted', 'admitted at preflight'),
    at(AT.load, 'load-started', '200 writes a second'),
    at(AT.injecting, 'injecting', 'step 0 from template lab:writer-kill'),
    at(AT.fault, 'fault-started', 'SIGKILL', 'pg-1'),
    at(AT.confirmed, 'fault-confirmed', 'no process of pg-1 is left', 'pg-1'),
    at(AT.confirmed, 'member-lost', 'killed', 'pg-1'),
    at(AT.suspected, 'writer-suspected', '3 polls missed', 'pg-1'),
    at(AT.detached, 'writer-detached', '3 standbys detached', 'pg-1'),
    at(AT.promoted, 'writer-promoted', 'furthest of 5 copies', 'pg-2'),
    at(AT.moved, 'endpoint-moved', 'the endpoint points at pg-2', 'pg-2'),
    at(story.stop + 500, 'healing', 'undoing the fault'),
    at(story.stop + 2_000, 'writer-rejoined', 'streams again', 'pg-1'),
    at(story.stop + 2_000, 'healed', '6 of 6 copies stream'),
  ];
}
