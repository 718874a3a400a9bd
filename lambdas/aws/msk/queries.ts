import type { MetricQuery } from '../metric-queries.ts';
import type { ProvisionedCluster } from './cluster.ts';

/**
 * Cluster-wide metrics, one point a minute: those of a restarting broker vanish for minutes. Every broker reports the controller's
 * metrics and all but one report 0, so they are read with Maximum. Express brokers do not count offline partitions, and without
 * ZooKeeper the count of active controllers is not to be relied on.
 */
export function mskQueries(cluster: string, { express, kraft }: Pick<ProvisionedCluster, 'express' | 'kraft'>): MetricQuery[] {
  return [
    ...(express ? [] : [query(cluster, 'OfflinePartitionsCount', 'partitions')]),
    ...(kraft ? [] : [query(cluster, 'ActiveControllerCount', 'controllers')]),
  ];
}

function query(cluster: string, metric: string, unit: string): MetricQuery {
  return {
    name: `AWS/Kafka ${metric}`,
    unit,
    namespace: 'AWS/Kafka',
    metric,
    dimensions: { 'Cluster Name': cluster },
    stat: 'Maximum',
    period_s: 60,
  };
}
