import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdCluster } from '../../lab/etcd/cluster.ts';
import { defaultTiming } from '../../lab/etcd/settings.ts';
import { exitOnSignals } from '../../lab/reap.ts';
import { clock } from './a-cluster.ts';

/** A program that starts an etcd, freezes a member, says what it started, and waits to be ended. */
exitOnSignals();
const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
const usual = { run: 'child', voters: 3, learners: 0, zones: 3, timing: defaultTiming, tls: false, links: false };
const cluster = await EtcdCluster.start({ ...usual, logs, clock });
await cluster.members[0]?.server.freeze();
process.stdout.write(`${JSON.stringify({ folder: cluster.folder, pids: cluster.processes().map(({ pid }) => pid), logs })}\n`);
setInterval(() => {}, 60_000);
