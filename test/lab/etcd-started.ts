import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { findEtcd } from '../../lab/etcd/binaries.ts';
import { type ClusterPlan, EtcdCluster } from '../../lab/etcd/cluster.ts';
import { defaultTiming } from '../../lab/etcd/settings.ts';
import { MissingEngine } from '../../lab/missing-engine.ts';
import { clock } from './a-cluster.ts';

/** Why there is no etcd here, or null. In CI it is an error. */
const missing = await findEtcd().then(
  () => null,
  (error: unknown) => {
    if (error instanceof MissingEngine && !process.env.CI) return error.message;
    throw error;
  },
);

/** Tests on real members: skipped where there are none to be had, with the reason in their name. */
export function onMembers(name: string, tests: () => void): void {
  describe.runIf(missing === null)(missing === null ? name : `${name} (${missing})`, tests);
}

/** Starts an etcd of three voters, unless the plan says otherwise; `stop` also removes its logs. */
export async function startedEtcd(plan: Partial<ClusterPlan> = {}): Promise<{ cluster: EtcdCluster; stop(): Promise<void> }> {
  const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
  const usual = { run: 'test', voters: 3, learners: 0, zones: 3, timing: defaultTiming, tls: false, links: false, logs, clock };
  const cluster = await EtcdCluster.start({ ...usual, ...plan });
  return {
    cluster,
    stop: async () => {
      await cluster.stop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}
