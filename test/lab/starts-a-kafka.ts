import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaCluster } from '../../lab/kafka/cluster.ts';
import { exitOnSignals } from '../../lab/reap.ts';

/** A program that starts a small Kafka with a frozen broker, says so, and waits to be ended. */
exitOnSignals();
const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
const shape = { brokers: 2, controllers: 1, zones: 2, partitions: 1, replication_factor: 2, min_isr: 1, unclean_election: false };
const cluster = await KafkaCluster.start({ run: 'child', topic: 'quorum-drill', logs, clock, ...shape });
await cluster.server('broker-1').freeze();
process.stdout.write(`${JSON.stringify({ folder: cluster.folder, pids: cluster.processes().map(({ pid }) => pid), logs })}\n`);
setInterval(() => {}, 60_000);
