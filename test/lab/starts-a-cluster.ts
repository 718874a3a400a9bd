import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { exitOnSignals } from '../../lab/reap.ts';

/** A program that starts a cluster and then ends, or waits to be ended, as its argument says. */
const how = process.argv[2];
exitOnSignals();
const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
const cluster = await PostgresCluster.start({
  run: 'child',
  members: 3,
  mode: 'quorum',
  link_delay_ms: 0,
  hold_promotion_ms: 0,
  logs,
  clock,
});
if (how === 'frozen') await cluster.writer.server.freeze();
process.stdout.write(`${JSON.stringify({ folder: cluster.folder, pids: cluster.processes().map(({ pid }) => pid), logs })}\n`);
if (how === 'exit') process.exit(0);
if (how === 'throw') {
  setTimeout(() => {
    throw new Error('nobody catches this');
  }, 10);
}
if (how === 'return') await cluster.stop();
else setInterval(() => {}, 60_000);
