import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BadInput } from '../core/errors.ts';
import { EtcdCluster } from '../lab/etcd/cluster.ts';
import { defaultTiming } from '../lab/etcd/settings.ts';
import { prepareHome } from '../lab/home.ts';
import { exitOnSignals } from '../lab/reap.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import { interval, span } from '../report/phrases.ts';
import { enoughInside, type Kills, killLeaders } from './etcd-kills.ts';
import { type Restored, restoreAt } from './etcd-restores.ts';
import { type Around, machine } from './etcd-watch.ts';

const folder = join(import.meta.dirname, '../runs/bench/etcd');
/** A prediction is held to this share of the measured time, from this size on. */
const allowed_off = 0.3;
const held_from_bytes = 500e6;
/** Three members with their logs, the snapshot sealed and in the clear, and the throw-away copy. */
const copies = 12;

interface Figures {
  bench: 'etcd';
  at: string;
  machine: string;
  etcd: string;
  took_s: number;
  ok: boolean;
  kills: Kills | null;
  restores: Restored[];
}

interface Wanted {
  kills: number;
  sizes_mb: number[];
  json: boolean;
}

function wanted(): Wanted {
  const options = { json: { type: 'boolean' }, kills: { type: 'string' }, sizes: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const { kills = '30', sizes = '5,70,500' } = values;
  if (!/^\d{1,3}$/.test(kills)) throw new BadInput('--kills', kills, 'a whole number up to 999, 0 for none', 'say for instance --kills 30');
  const sizes_mb = sizes === 'none' ? [] : sizes.split(',').map(Number);
  if (!sizes_mb.every((size, i) => Number.isInteger(size) && size > (sizes_mb[i - 1] ?? 0) && size <= 1_000))
    throw new BadInput(
      '--sizes',
      sizes,
      'whole MB from 1 to 1000, each above the one before, or none',
      'say for instance --sizes 5,70,500',
    );
  if (Number(kills) === 0 && sizes_mb.length === 0)
    throw new BadInput('--kills and --sizes', '0 and none', 'something to measure', 'leave one of them out');
  return { kills: Number(kills), sizes_mb, json: values.json ?? false };
}

/** A cluster of three under etcd's own timeouts for one part of the bench. */
async function onCluster<T>(around: Around, part: string, work: (cluster: EtcdCluster) => Promise<T>): Promise<T> {
  const { run, clock, logs } = around;
  const plan = { run: `${run}-${part}`, clock, logs, voters: 3, learners: 0, zones: 3, timing: defaultTiming, tls: false, links: false };
  const cluster = await EtcdCluster.start(plan);
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}

async function measure({ kills, sizes_mb }: Wanted): Promise<Figures> {
  const epoch_offset_ms = epochOffset();
  const clock = monotonicClock(epoch_offset_ms);
  const from = clock.now();
  const say = (text: string): void => void process.stderr.write(`${span(clock.now() - from)}: ${text}\n`);
  const around: Around = { run: `bench-etcd-${process.pid}`, clock, epoch_offset_ms, logs: join(folder, 'logs'), say };
  await mkdir(around.logs, { recursive: true });
  await prepareHome(Math.max(0, ...sizes_mb) * 1e6 * copies);
  const keep = (name: string, record: object): Promise<void> => writeFile(join(folder, `${name}.json`), JSON.stringify(record));
  let etcd = '';
  let killed: Kills | null = null;
  const restores: Restored[] = [];
  if (kills > 0)
    await onCluster(around, 'kills', async (cluster) => {
      const { figures, record } = await killLeaders(around, cluster, kills);
      await keep('kills', record);
      killed = figures;
      etcd = record.engine.version;
    });
  if (sizes_mb.length > 0)
    await onCluster(around, 'restores', async (cluster) => {
      for (const size_mb of sizes_mb) {
        const { figures, record } = await restoreAt(around, cluster, size_mb * 1e6);
        await keep(`restore-${size_mb}`, record);
        restores.push(figures);
        etcd = record.engine.version;
      }
    });
  const ok = (killed === null || enoughInside(killed)) && restores.every(holds);
  const took_s = Math.round((clock.now() - from) / 1_000);
  return { bench: 'etcd', at: new Date(from).toISOString(), machine: machine(), etcd, took_s, ok, kills: killed, restores };
}

function holds({ snapshot_bytes, off, verified }: Restored): boolean {
  return verified && off !== null && (snapshot_bytes < held_from_bytes || Math.abs(off) <= allowed_off);
}

function table({ at, machine, etcd, took_s, ok, kills, restores }: Figures): string {
  const parts = [kills === null ? [] : killRows(kills), restores.length === 0 ? [] : restoreRows(restores)];
  return [
    ...parts.flatMap((rows) => (rows.length === 0 ? [] : [...rows, ''])),
    `etcd ${etcd}, ${machine}, ${at.slice(0, 16)}Z, ${took_s} s: ${ok ? 'ok' : 'NOT OK'}`,
  ].join('\n');
}

function killRows(figures: Kills): string[] {
  const { kills, predicted, heartbeat_ms, election_timeout_ms, longest_on_return_ms } = figures;
  const bounds = (which: 'lo_ms' | 'hi_ms'): number[] => kills.map((kill) => kill[which] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const [lo, hi] = [bounds('lo_ms'), bounds('hi_ms')];
  const at = (part: number): string => {
    const place = Math.max(0, Math.ceil(part * kills.length) - 1);
    const [lo_ms = 0, hi_ms = Number.POSITIVE_INFINITY] = [lo[place], hi[place]];
    return interval({ lo_ms, hi_ms: Number.isFinite(hi_ms) ? hi_ms : null });
  };
  return [
    `| leader killed, heartbeat ${heartbeat_ms} ms, election timeout ${election_timeout_ms} ms | predicted | inside | min | median | p90 | max | longest on a member's return |`,
    '|---|---|---|---|---|---|---|---|',
    `| ${kills.length} kills | ${interval(predicted)} | ${kills.filter(({ inside }) => inside).length} of ${kills.length} | ${at(0)} | ${at(0.5)} | ${at(0.9)} | ${at(1)} | ${span(longest_on_return_ms)} |`,
  ];
}

function restoreRows(restores: Restored[]): string[] {
  return [
    '| snapshot | keys | throw-away copy | predicted | within | measured | off | verified |',
    '|---|---|---|---|---|---|---|---|',
    ...restores.map(({ snapshot_bytes, keys, throw_away_ms, predicted, measured, off, verified }) => {
      const share = off === null ? 'no end' : `${off < 0 ? '−' : '+'}${Math.abs(off * 100).toFixed(0)} %`;
      return `| ${(snapshot_bytes / 1e6).toFixed(1)} MB | ${keys.toLocaleString('en-US')} | ${span(throw_away_ms)} | ${span(predicted.likely_ms)} | ${interval(predicted)} | ${interval(measured)} | ${share} | ${verified ? 'yes' : 'NO'} |`;
    }),
  ];
}

async function main(): Promise<number> {
  try {
    const asked = wanted();
    exitOnSignals();
    const figures = await measure(asked);
    await writeFile(join(folder, 'etcd.json'), `${JSON.stringify(figures, null, 1)}\n`);
    console.log(asked.json ? JSON.stringify(figures) : table(figures));
    return figures.ok ? 0 : 1;
  } catch (error) {
    const usage = error instanceof BadInput || (error instanceof TypeError && 'code' in error);
    if (!usage) throw error;
    process.stderr.write(`bench:etcd: ${error.message}\n`);
    return 64;
  }
}

process.exit(await main());
