import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { findKafka } from '../../lab/kafka/binaries.ts';
import { KafkaCluster, type KafkaPlan } from '../../lab/kafka/cluster.ts';
import { MissingEngine } from '../../lab/missing-engine.ts';
import { clock } from './a-cluster.ts';

/** Why there is no Kafka here, or null. In CI it is an error. */
const missing = await findKafka().then(
  () => null,
  (error: unknown) => {
    if (error instanceof MissingEngine && !process.env.CI) return error.message;
    throw error;
  },
);

/** Tests on real brokers: skipped where there are none to be had, with the reason in their name. */
export function onBrokers(name: string, tests: () => void): void {
  describe.runIf(missing === null)(missing === null ? name : `${name} (${missing})`, tests);
}

/** Starts a cluster of three brokers in three racks; `stop` also removes its logs. */
export async function aKafka(plan: Partial<KafkaPlan> = {}): Promise<{ cluster: KafkaCluster; stop(): Promise<void> }> {
  const logs = await mkdtemp(join(tmpdir(), 'drill-logs-'));
  const cluster = await KafkaCluster.start({
    run: 'test',
    brokers: 3,
    controllers: 3,
    zones: 3,
    topic: 'quorum-drill',
    partitions: 3,
    replication_factor: 3,
    min_isr: 2,
    unclean_election: false,
    logs,
    clock,
    ...plan,
  });
  return {
    cluster,
    stop: async () => {
      await cluster.stop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}
