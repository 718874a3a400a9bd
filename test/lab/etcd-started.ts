import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterPlan, EtcdCluster } from '../../lab/etcd/cluster.ts';
import { defaultTiming } from '../../lab/etcd/settings.ts';
import { clock } from './a-cluster.ts';

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
