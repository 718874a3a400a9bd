import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterPlan, PostgresCluster } from '../../lab/postgres/cluster.ts';
import { ask } from './numbered-writer.ts';

export const clock = { now: () => performance.timeOrigin + performance.now(), sleep: (ms: number) => sleep(ms) };

/** Starts a cluster with a table of numbers; `stop` also removes its logs. */
export async function aCluster(plan: Partial<ClusterPlan> = {}): Promise<{ cluster: PostgresCluster; stop(): Promise<void> }> {
  const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
  const cluster = await PostgresCluster.start({
    run: 'test',
    members: 6,
    mode: 'quorum',
    link_delay_ms: 0,
    hold_promotion_ms: 0,
    logs,
    clock,
    ...plan,
  });
  await ask(cluster.writerUrl, 'create table numbers (n int primary key)');
  // Without a quorum rule the table itself could die with the writer.
  for (const { name } of cluster.copies) await until(() => hasTable(cluster.directUrl(name)));
  return {
    cluster,
    stop: async () => {
      await cluster.stop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}

async function hasTable(url: string): Promise<boolean> {
  const [row] = await ask<{ there: boolean }>(url, "select to_regclass('numbers') is not null as there");
  return row?.there === true;
}

/** Polls until it holds; the test's own time limit ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
