import { admit } from '../../core/admission.ts';
import type { EtcdDrill } from '../../core/drill.ts';
import { LaneLedger } from '../../core/ledger.ts';
import type { Event, Lane, LaneReadback, Record, Restore, SegmentRecord } from '../../core/record.ts';
import type { EtcdTopology } from '../../core/topology.ts';
import { type LanePlan, simulateLane } from '../virtual/lane.ts';

export const STARTED_AT = 1_790_000_000_000;
const bin_ms = 100;
const load_at = 1_000;
export const FAULT = 5_040;
const forever = 999_999;
type During = [from: number, to: number];

/** Members `etcd-1` and on in zones a to c, the first of them leading, all voters and healthy unless said otherwise. */
export function anEtcdTopology(voters = 3, changes: Partial<EtcdTopology> = {}): EtcdTopology {
  return {
    store: 'etcd',
    observed_at: STARTED_AT + 150,
    members: Array.from({ length: voters }, (_, index) => ({
      name: `etcd-${index + 1}`,
      zone: `zone-${'abc'[index % 3]}`,
      role: 'voter',
      healthy: true,
    })),
    leader: 'etcd-1',
    term: 2,
    heartbeat_ms: 100,
    election_timeout_ms: 1_000,
    cluster_id: 'cdf818194e3a8c32',
    revision: 400,
    db_bytes: 6_000_000,
    ...changes,
  };
}

/** How the simulated members answer; every time is milliseconds after the start of the run. */
export interface EtcdStory {
  /** Writes and linearizable reads are not served. */
  down: During | null;
  /** How an attempt ends that is not served. */
  failing: { code: string; outcome: 'failed' | 'indeterminate'; after_ms: number };
  /** When the term rises by one. */
  elections: number[];
  /** When a leader was seen whose term is no later one: that of a new cluster. */
  leads?: number;
  /** Members that answer nothing themselves. */
  gone: { [member: string]: During };
  steps: { victims: string[]; at: number; status?: string }[];
  /** When the fault itself began, where its experiment began with something else. */
  began?: number;
  confirmed: number;
  returned: number | null;
  stop: number;
  restore: Restore | null;
  /** Acknowledged writes planned in this time are not read back. */
  lost: During | null;
}

const leaderKilled: EtcdStory = {
  down: [5_055, 6_400],
  failing: { code: 'no leader', outcome: 'failed', after_ms: 0.8 },
  elections: [6_390],
  gone: { 'etcd-1': [5_055, forever] },
  steps: [{ victims: ['etcd-1'], at: FAULT }],
  confirmed: 5_062,
  returned: null,
  stop: 18_000,
  restore: null,
  lost: null,
};

/** A run of this drill that passes, unless `story` or `edit` say otherwise; by default its leader is killed. */
export function anEtcdRecord(drill: EtcdDrill, story: Partial<EtcdStory> = {}, edit: (record: Record) => void = () => {}): Record {
  const told = { ...leaderKilled, ...story };
  const topology = anEtcdTopology(drill.topology.voters);
  const simulated = plans(told, topology).map(simulateLane);
  const lanes = simulated.map(({ lane }) => withReads(lane));
  const record: Record = {
    version: 1,
    drill: drill.name,
    run: `${drill.name}-0001`,
    source: 'lab',
    engine: { name: 'etcd', version: '3.4.23' },
    started_at: STARTED_AT,
    ended_at: STARTED_AT + told.stop + 7_000,
    outcome: { kind: 'completed' },
    healed: true,
    topology,
    admission: admissions(drill, topology, told),
    victims: [...new Set(told.steps.flatMap(({ victims }) => victims))],
    experiments: told.steps.map(({ victims, at, status = 'completed' }, step) => ({
      id: `EXP${step + 1}`,
      step: step + 1,
      status,
      start_at: STARTED_AT + at,
      end_at: STARTED_AT + at + 30,
      victims,
    })),
    events: events(told),
    series: [...simulated.flatMap(({ series }) => series), margin(told)],
    probe: { segments: [segment('even', 0, told), segment('odd', 1, told)], lanes, clock_uncertainty_ms: 2 },
    readback: lanes.filter(({ kind }) => kind === 'service').map((lane) => readBack(lane, told.lost)),
    ...(told.restore === null ? {} : { restore: told.restore }),
    provenance: { program: 'quorum-drills', program_version: '0.1.0', node: 'v24.21.0', platform: 'linux x64', settings: {} },
  };
  edit(record);
  return record;
}

function within(at: number, during: During | null | undefined): boolean {
  return during != null && at >= STARTED_AT + during[0] && at < STARTED_AT + during[1];
}

function plans(story: EtcdStory, { members, term }: EtcdTopology): LanePlan[] {
  const termAt = (at: number) => term + story.elections.filter((raised) => at >= STARTED_AT + raised).length;
  const alone =
    (name: string): LanePlan['answer'] =>
    (at) =>
      within(at, story.gone[name]) ? { code: 'ECONNREFUSED', outcome: 'failed', after_ms: 0.4 } : { server: `${name}@${termAt(at)}` };
  const first = (at: number) => members.find(({ name }) => !within(at, story.gone[name]))?.name ?? 'nobody';
  const through: LanePlan['answer'] = (at) => (within(at, story.down) ? story.failing : { server: `${first(at)}@${termAt(at)}` });
  return (['even', 'odd'] as const).flatMap((witness, number) => {
    const common = { witness, segment: number, from: STARTED_AT + load_at + number * 5, to: STARTED_AT + story.stop, bin_ms };
    return [
      { ...common, target: 'writes', kind: 'service' as const, period_ms: 20, answer: through },
      { ...common, target: 'reads', kind: 'read' as const, period_ms: 100, answer: through },
      ...members.map(({ name }) => ({ ...common, target: name, kind: 'serializable' as const, period_ms: 200, answer: alone(name) })),
    ];
  });
}

/** Every read had something to return, and returned it. */
function withReads(lane: Lane): Lane {
  if (lane.kind === 'service') return lane;
  return { ...lane, stale_reads: { compared: lane.attempts.ok, count: 0, first: null, last_at: null } };
}

function readBack({ lane, outcomes, first_send_at, period_ms }: Lane, lost: During | null): LaneReadback {
  const ledger = LaneLedger.from(outcomes);
  const read = new LaneLedger(ledger.count);
  const letters = outcomes.split(' ').flatMap((run) => Array.from({ length: Number(run.slice(1)) }, () => run[0]));
  letters.forEach((letter, n) => {
    if (letter === 'a' && !within(first_send_at + n * period_ms, lost)) read.read(n);
  });
  return { lane, present: read.present(), duplicated: 0, reordered: 0 };
}

function admissions(drill: EtcdDrill, topology: EtcdTopology, { steps }: EtcdStory): Record['admission'] {
  const done: string[] = [];
  const again = steps.flatMap(({ victims, at }) => {
    const seen = { ...topology, observed_at: STARTED_AT + at - 60 };
    const decisions = admit(drill, seen, 'readmission', STARTED_AT + at - 50, [...done]);
    done.push(...victims);
    return decisions;
  });
  return [...admit(drill, topology, 'preflight', STARTED_AT + 200), ...again];
}

function events(story: EtcdStory): Event[] {
  const at = (after_ms: number, what: Event['what'], who?: string): Event => ({
    at: STARTED_AT + after_ms,
    what,
    text: what,
    ...(who === undefined ? {} : { who }),
  });
  return [
    at(0, 'claimed'),
    at(200, 'admitted'),
    at(load_at, 'load-started'),
    ...(story.began === undefined ? [] : [at(story.began, 'fault-started')]),
    ...(story.leads === undefined ? [] : [at(story.leads, 'leader-elected', 'etcd-1')]),
    ...Object.entries(story.gone).flatMap(([name, [from, to]]) => [
      at(from + 5, 'member-lost', name),
      ...(to < story.stop ? [at(to, 'member-back', name)] : []),
    ]),
    ...(Object.keys(story.gone).length === 0 ? [] : [at(story.confirmed, 'fault-confirmed')]),
    ...(story.returned === null ? [] : [at(story.returned, 'fault-ended')]),
    ...story.elections.map((raised) => at(raised, 'leader-elected', 'etcd-2')),
    at(story.stop + 500, 'healing'),
    at(story.stop + 2_000, 'healed'),
  ];
}

function segment(witness: 'even' | 'odd', number: number, { stop }: EtcdStory): SegmentRecord {
  const [from, to] = [STARTED_AT + load_at - 20, STARTED_AT + stop + 30];
  return { segment: number, witness, from, to, died: false, stalls: [], longest_stall_ms: 12 };
}

function margin({ stop }: EtcdStory): Record['series'][number] {
  const points = Array.from({ length: (stop - load_at) / bin_ms }, (_, bin) => (load_at + bin * bin_ms < FAULT ? 1 : 0));
  return { name: 'margin', unit: 'voters', start_at: STARTED_AT + load_at, bin_ms, points };
}
