import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../lab/reap.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import { prepare } from '../probe/postgres.ts';
import { BenchServer } from './bench-server.ts';
import { type Bench, type Phase, runPhase } from './cuts.ts';
import { type CutKind, judge, median, type Reported } from './intervals.ts';

const attempt_timeout_ms = 250;
const shortest_ms = 50;
const longest_ms = 5000;
const folder = join(import.meta.dirname, '../runs/bench');

const { values } = parseArgs({ options: { json: { type: 'boolean' }, seed: { type: 'string' }, outages: { type: 'string' } } });
const seed = Number(values.seed ?? 20_260_105);
const outages = Number(values.outages ?? 210);
if (!(Number.isInteger(seed) && Number.isInteger(outages) && outages > 0)) throw new RangeError('--seed and --outages want whole numbers');

/** Mulberry32: numbers in [0, 1) that the seed alone decides. */
function dice(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * At 100 Hz six lanes of one witness share three fifths of the outages, three of each kind at once, each cut on its own. At 1 kHz
 * the kinds run one after the other with one lane each, or two processors would be too few and the writes fail of that.
 */
function phases(chance: () => number): Phase[] {
  const random = () => shortest_ms * (longest_ms / shortest_ms) ** chance();
  const phase = (rate_hz: number, kinds: CutKind[], share: number): Phase => ({
    rate_hz,
    kinds,
    lengths_ms: kinds.map(() => Array.from({ length: Math.ceil((outages * share) / kinds.length) }, random)),
  });
  return [
    phase(100, ['reset', 'reset', 'reset', 'vanish', 'vanish', 'vanish'], 0.6),
    phase(1000, ['reset'], 0.2),
    phase(1000, ['vanish'], 0.2),
  ];
}

interface Row {
  kind: CutKind;
  rate_hz: number;
  outages: number;
  inside: number;
  /** True starts and ends that lie in their own intervals: a write that fails of a busy machine right after the end is outside. */
  edges_inside: number;
  unprovoked: number;
  median_width_ms: number;
  bound_ms: number;
  bound_without_stall_ms: number;
  median_round_trip_ms: number;
  longest_own_stall_ms: number;
  ok: boolean;
}

async function rowsOf(bench: Bench, phase: Phase, segment: number): Promise<{ rows: Row[]; cuts: Reported[] }> {
  const { cuts, result } = await runPhase(bench, phase, segment);
  const all: Reported[] = [];
  const rows = [...new Set(phase.kinds)].map((kind): Row => {
    const lanes = phase.kinds.flatMap((one, i) => (one === kind ? [{ lane: result.lanes[i], cuts: cuts[i] ?? [] }] : []));
    const judged = lanes.map(({ lane, cuts }) => {
      if (!lane) throw new Error(`the witness returned ${result.lanes.length} lanes of ${phase.kinds.length}`);
      return judge(kind, phase.rate_hz, lane, cuts);
    });
    const reported = judged.flatMap((one) => one.reported);
    all.push(...reported);
    const median_round_trip_ms = median(lanes.map(({ lane }) => lane?.round_trip_p50_ms ?? Number.NaN));
    const bound_without_stall_ms = 2 * (1000 / phase.rate_hz + median_round_trip_ms) + (kind === 'vanish' ? attempt_timeout_ms : 0);
    const longest_own_stall_ms = result.record.longest_stall_ms;
    const bound_ms = bound_without_stall_ms + longest_own_stall_ms;
    const median_width_ms = median(
      reported.map(({ lo_ms, hi_ms }) => (hi_ms === null || lo_ms === null ? Number.POSITIVE_INFINITY : hi_ms - lo_ms)),
    );
    const inside = reported.filter((one) => one.inside).length;
    const ok = inside === reported.length && median_width_ms <= bound_ms;
    const unprovoked = judged.reduce((sum, one) => sum + one.unprovoked, 0);
    return {
      kind,
      rate_hz: phase.rate_hz,
      outages: reported.length,
      inside,
      edges_inside: reported.filter((one) => one.edges_inside).length,
      unprovoked,
      median_width_ms,
      bound_ms,
      bound_without_stall_ms,
      median_round_trip_ms,
      longest_own_stall_ms,
      ok,
    };
  });
  return { rows, cuts: all };
}

async function main(): Promise<boolean> {
  exitOnSignals();
  const offset_ms = epochOffset();
  const clock = monotonicClock(offset_ms);
  const chance = dice(seed);
  const run = `bench-${seed}`;
  await mkdir(folder, { recursive: true });
  const server = await BenchServer.start(run, folder);
  const from = clock.now();
  try {
    await prepare(server.url);
    const started: Bench['started'] = (who) => server.journal.started(who, 'witness');
    const bench: Bench = {
      run,
      clock,
      epoch_offset_ms: offset_ms,
      port: server.port,
      url: server.url,
      attempt_timeout_ms,
      logs: folder,
      chance,
      started,
    };
    const done: Awaited<ReturnType<typeof rowsOf>>[] = [];
    for (const [i, phase] of phases(chance).entries()) done.push(await rowsOf(bench, phase, i + 1));
    const rows = done.flatMap((one) => one.rows);
    const figures = {
      bench: 'recovery',
      seed,
      postgres: server.version,
      took_s: Math.round((clock.now() - from) / 1000),
      ok: rows.every((row) => row.ok),
      rows,
      cuts: done.flatMap((one) => one.cuts),
    };
    await writeFile(join(folder, 'recovery.json'), `${JSON.stringify(figures, null, 1)}\n`);
    console.log(values.json ? JSON.stringify(figures) : table(figures));
    return figures.ok;
  } finally {
    await server.stop();
  }
}

function table({ rows, postgres, took_s, ok }: { rows: Row[]; postgres: string; took_s: number; ok: boolean }): string {
  const ms = (value: number) => value.toFixed(1);
  const lines = rows.map(
    (row) =>
      `| ${row.kind} | ${row.rate_hz} Hz | ${row.inside} of ${row.outages} | ${row.edges_inside} | ${ms(row.median_width_ms)} | ${ms(row.bound_ms)} | ${ms(row.bound_without_stall_ms)} | ${ms(row.median_round_trip_ms)} | ${ms(row.longest_own_stall_ms)} | ${row.unprovoked} |`,
  );
  const outside = rows.reduce((sum, row) => sum + row.outages - row.inside, 0);
  return [
    '| connections | rate | true lengths inside | both edges inside | median width ms | bound ms | bound without stall ms | round trip p50 ms | longest own stall ms | other outages |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
    `seed ${seed}, PostgreSQL ${postgres}, ${took_s} s, ${outside} outside: ${ok ? 'ok' : 'NOT OK'}`,
  ].join('\n');
}

// Not by running dry: with sockets that were reset while they closed, Node 24 can spin in its own clean-up for ever.
process.exit((await main()) ? 0 : 1);
