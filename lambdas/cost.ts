import type { Drill } from '../core/drill.ts';

/** Public prices in US dollars, for us-east-1 and functions on arm64, without free tiers; other Regions differ by up to a third. */
export const prices = {
  transition: 0.025 / 1_000,
  lambda_gb_s: 0.0000133334,
  lambda_call: 0.2 / 1_000_000,
  metric_hour: 0.3 / 730,
  metric_read: 0.01 / 1_000,
  log_gb: 0.5,
  table_write: 0.625 / 1_000_000,
  table_read: 0.125 / 1_000_000,
  object_put: 0.005 / 1_000,
  action_minute: 0.1,
};

/** How long each part of a run takes, and how much FIS does in it. */
export interface Course {
  /** From the first witness's start until both have ended. */
  load_s: number;
  heal_s: number;
  /** Waiting for late points. */
  collect_s: number;
  /** Experiments, one after another. */
  steps: number;
  action_minutes: number;
}

/** What a deployed suite says of itself, as far as it costs. */
export interface Deployed {
  /** Of each task's function. */
  memory_mb: { [task: string]: number };
  /** Metrics that one Collect reads. */
  metrics_read: number;
}

export interface CostLine {
  what: string;
  count: number;
  usd: number;
}

export interface Cost {
  transitions: { fixed: number; polling: number };
  lines: CostLine[];
  /** All but FIS. */
  orchestrator_usd: number;
  usd: number;
}

/** Ten minutes from start to verdict, of which the last two are healing and waiting for CloudWatch; `action_minutes` of FIS. */
export function tenMinutes(action_minutes: number): Course {
  return { load_s: 480, heal_s: 30, collect_s: 90, steps: 1, action_minutes };
}

/** States that a run which is admitted, healed and graded enters once, the two witnesses' last included. */
const on_the_way = 21;
/** Readmit, Inject?, Start and the first Watch with its choice. */
const states_a_step = 5;
/** A witness and whether it is over. */
const states_a_segment = 2;
/** A wait, a task and a choice. */
const states_a_poll = 3;

interface Counts {
  segments: number;
  watches: number;
  heals: number;
  collects: number;
}

/** What a run of this drill costs, from what is deployed and how it goes. Free tiers are left out. */
export function costOf({ window }: Pick<Drill, 'window'>, deployed: Deployed, course: Course): Cost {
  const { segment_s, poll_s } = window;
  const { load_s, heal_s, collect_s, steps, action_minutes } = course;
  const segments = segmentsIn(load_s, segment_s, segment_s) + segmentsIn(load_s, segment_s, segment_s / 2);
  const polls = { watch: Math.ceil(load_s / poll_s), heal: Math.ceil(heal_s / poll_s), collect: Math.ceil(collect_s / poll_s) };
  const polling = states_a_poll * (polls.watch + polls.heal + polls.collect);
  const fixed = on_the_way + states_a_step * steps + states_a_segment * segments;
  const counts = { segments, watches: polls.watch + steps, heals: polls.heal + 1, collects: polls.collect + 1 };
  const lines = [
    { what: 'state transitions', count: fixed + polling, usd: (fixed + polling) * prices.transition },
    ...functionLines(counts, deployed, course),
    ...restLines(counts, deployed, load_s, fixed + polling),
  ];
  const orchestrator_usd = lines.reduce((sum, { usd }) => sum + usd, 0);
  const fis = { what: 'FIS action-minutes', count: action_minutes, usd: action_minutes * prices.action_minute };
  return { transitions: { fixed, polling }, lines: [...lines, fis], orchestrator_usd, usd: orchestrator_usd + fis.usd };
}

/** Segments of one witness, the first of which may be shorter. */
function segmentsIn(load_s: number, segment_s: number, first_s: number): number {
  return 1 + Math.ceil(Math.max(0, load_s - first_s) / segment_s);
}

/** Seconds that one call of each task is taken to last; the witnesses last as long as the load. */
const call_s = { Claim: 1, Preflight: 2, Readmit: 5, Watch: 1, Halt: 1, Heal: 1, Readback: 15, Collect: 2, Grade: 2, Release: 1 };

function functionLines(counts: Counts, { memory_mb }: Deployed, { load_s, steps }: Course): CostLine[] {
  const calls: { [task in keyof typeof call_s]: number } = {
    Claim: 1,
    Preflight: 1,
    Readmit: steps,
    Watch: counts.watches,
    Halt: 1,
    Heal: counts.heals,
    Readback: 1,
    Collect: counts.collects,
    Grade: 1,
    Release: 1,
  };
  const tasks = Object.keys(calls) as (keyof typeof call_s)[];
  const others_gb_s = tasks.reduce((sum, task) => sum + calls[task] * call_s[task] * gigabytes(memory_mb, task), 0);
  const probe_gb_s = 2 * load_s * gigabytes(memory_mb, 'Witness');
  const invocations = counts.segments + tasks.reduce((sum, task) => sum + calls[task], 0);
  return [
    { what: 'GB-seconds of the probe', count: probe_gb_s, usd: probe_gb_s * prices.lambda_gb_s },
    { what: 'GB-seconds of the other functions', count: others_gb_s, usd: others_gb_s * prices.lambda_gb_s },
    { what: 'invocations', count: invocations, usd: invocations * prices.lambda_call },
  ];
}

function gigabytes(memory_mb: Deployed['memory_mb'], task: string): number {
  const found = memory_mb[task];
  if (found === undefined) throw new Error(`memory of ${task}: got none, wanted that of its function`);
  return found / 1024;
}

/** Heartbeat and AckedPerSecond of one store, which a month's hour is paid for. */
const probe_metrics = 2;
/** A row of a run is compressed to about three units of the table; each heartbeat reads and writes it. */
const row_writes = 3;
/** The machine's log holds every input and result, the functions' a line of each heartbeat and two of each call. */
const bytes = { transition: 4_000, beat: 600, call: 2_000 };
/** Segments, record, report and what was read back. */
const documents = 5;

function restLines(counts: Counts, { metrics_read }: Deployed, load_s: number, transitions: number): CostLine[] {
  const beats = 2 * load_s;
  const calls = counts.watches + counts.heals + counts.collects + counts.segments;
  const log_gb = (transitions * bytes.transition + beats * bytes.beat + calls * bytes.call) / 1e9;
  const reads = counts.collects * metrics_read;
  return [
    { what: 'metrics of the probe, an hour', count: probe_metrics, usd: probe_metrics * prices.metric_hour },
    { what: 'metrics read', count: reads, usd: reads * prices.metric_read },
    { what: 'GB of logs', count: log_gb, usd: log_gb * prices.log_gb },
    { what: 'units written to the table', count: beats * row_writes, usd: beats * row_writes * prices.table_write },
    { what: 'units read from the table', count: beats, usd: beats * prices.table_read },
    { what: 'documents stored', count: documents + counts.segments, usd: (documents + counts.segments) * prices.object_put },
  ];
}
