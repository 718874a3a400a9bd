import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { exitOnSignals } from '../lab/reap.ts';
import { runInLab } from '../lab/run.ts';
import { interval } from '../report/phrases.ts';
import { type Case, cases } from './kafka-drills.ts';

const folder = join(import.meta.dirname, '../runs/bench/kafka');

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, rate: { type: 'string' }, seconds: { type: 'string' }, only: { type: 'string' } },
});
const rate_hz = Number(values.rate ?? 50_000);
const around_s = Number(values.seconds ?? 60);
/** Of the rate asked for: what must be sustained. */
const least_share = 0.95;
if (!(rate_hz > 0 && around_s >= 10 && Number.isInteger(around_s)))
  throw new RangeError('--rate wants records a second, --seconds whole seconds from 10');

interface Row {
  name: string;
  verdict: string;
  /** Acknowledged a second over the clean part before the fault. */
  sustained_hz: number | null;
  classes: { name: string; lanes: number; lo_ms: number; hi_ms: number | null }[];
  stopped: { lo_ms: number; hi_ms: number | null } | null;
  acked: number | null;
  lost: number | null;
  duplicated: number | null;
  loss_bound: number | null;
  probe_peak_mib: number | null;
  why: string;
}

/** Acknowledged records a second by the witnesses' own series, from two seconds after the first to the fault. */
function sustained(record: Record): number | null {
  const fault_at = Math.min(...record.experiments.flatMap(({ start_at }) => start_at ?? []));
  const acked = record.series.filter(({ name }) => /^p\d+\/acked\//.test(name));
  const from = Math.max(...acked.map(({ start_at }) => start_at)) + 2_000;
  if (!(fault_at > from)) return null;
  const count = acked
    .flatMap(({ start_at, bin_ms, points }) =>
      points.filter((_, bin) => start_at + bin * bin_ms >= from && start_at + (bin + 1) * bin_ms <= fault_at),
    )
    .reduce<number>((sum, point) => sum + (point ?? 0), 0);
  return Math.round((count * 1_000) / (fault_at - from));
}

/** Of the larger of the two witnesses. */
function peak(record: Record): number | null {
  const peaks = record.probe.segments.flatMap(({ peak_rss_bytes }) => peak_rss_bytes ?? []);
  return peaks.length === 0 ? null : Math.round(Math.max(...peaks) / 2 ** 20);
}

function rowOf(name: string, why: string, record: Record | null, report: Report | null): Row {
  const ledger = report?.ledger ?? null;
  return {
    name,
    verdict: report === null ? 'not run' : `${report.verdict}${report.grade === null ? '' : ` ${report.grade}`}`,
    sustained_hz: record === null ? null : sustained(record),
    classes: report?.recovery?.classes.map(({ name, lanes, lo_ms, hi_ms }) => ({ name, lanes, lo_ms, hi_ms })) ?? [],
    stopped: report?.recovery?.stopped ?? null,
    acked: ledger?.acked ?? null,
    lost: ledger?.lost ?? null,
    duplicated: ledger?.duplicated ?? null,
    loss_bound: ledger?.loss_bound ?? null,
    probe_peak_mib: record === null ? null : peak(record),
    why,
  };
}

async function measure({ name, drill }: Case): Promise<Row> {
  const run = `${drill.name}-${process.pid}`;
  const own = join(folder, run);
  await mkdir(own, { recursive: true });
  const { record, report, why } = await runInLab(drill, {
    run,
    folder: own,
    interrupted: new AbortController().signal,
    progress: ({ phase, text }) => void process.stderr.write(`${name}: ${phase}: ${text}\n`),
  });
  if (record !== null) await writeFile(join(own, 'record.json'), JSON.stringify(record));
  return rowOf(name, report?.why ?? why, record, report);
}

/** The rate is what the table is for: a row that fell short of it, lost something, or could not be graded proves nothing. */
function holds({ verdict, lost, acked, sustained_hz }: Row): boolean {
  return /^(pass|inconclusive)/.test(verdict) && lost === 0 && (acked ?? 0) > 0 && (sustained_hz ?? 0) >= least_share * rate_hz;
}

function table(rows: Row[]): string {
  const number = (value: number | null) => (value === null ? 'not known' : value.toLocaleString('en-US'));
  const lines = rows.map((row) => {
    const gaps = row.classes.map((each) => `${each.name} (${each.lanes} lanes) ${interval(each)}`).join('; ');
    const bound = row.loss_bound === null ? 'none' : row.loss_bound.toExponential(1);
    return `| ${row.name} | ${row.verdict} | ${number(row.sustained_hz)} | ${gaps}${row.stopped === null ? '' : `; stopped ${interval(row.stopped)}`} | ${number(row.acked)} | ${number(row.lost)} | ${number(row.duplicated)} | ${bound} | ${number(row.probe_peak_mib)} |`;
  });
  return [
    `| 5 brokers, ${rate_hz} records/s, acks all, ${around_s} s before and after | verdict | sustained/s | gap | acknowledged | lost | duplicated | loss bound at 95 % | peak MiB of a witness |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '| hypothetical, as often quoted: RF 3 | | 50,000 | 4.2 s | | 0 | | | |',
    '| hypothetical, as often quoted: RF 2 | | 50,000 | 23 s | | | | | |',
  ].join('\n');
}

exitOnSignals();
const rows: Row[] = [];
for (const one of cases(rate_hz, around_s)) if (values.only === undefined || one.drill.name === values.only) rows.push(await measure(one));
const figures = { bench: 'kafka', rate_hz, around_s, rows };
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'kafka.json'), `${JSON.stringify(figures, null, 1)}\n`);
console.log(values.json ? JSON.stringify(figures) : table(rows));
process.exit(rows.every(holds) ? 0 : 1);
