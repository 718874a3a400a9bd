import type { StoreKind } from '../../core/topology.ts';

/** Metrics that the drills of a store move by themselves: a guard on one would stop every run. */
const moved: { [store in StoreKind]: RegExp } = {
  // A broker that restarts takes its own metrics away, and its leaders to the others.
  msk: /^AWS\/Kafka (ActiveControllerCount|OfflinePartitionsCount|GlobalPartitionCount|UnderReplicatedPartitions|UnderMinIsrPartitionCount|LeaderCount|PartitionCount|ConnectionCount|(Messages|Bytes)(In|Out)PerSec|ProduceTotalTimeMsMean|RequestTime)$/,
  aurora:
    /^AWS\/RDS (AuroraReplicaLag(Maximum|Minimum)?|EngineUptime|DatabaseConnections|Commit(Latency|Throughput)|LoginFailures|AbortedClients|ActiveTransactions)$/,
  // Every member stops, so whatever etcd says of itself is gone.
  etcd: /^\S+ etcd_\w+$/,
};

/** True when a drill of this store moves a metric, written as `namespace name`. */
export function movesMetric(store: StoreKind, metric: string): boolean {
  return moved[store].test(metric);
}
