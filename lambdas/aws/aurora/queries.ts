import type { MetricQuery } from '../metric-queries.ts';

/**
 * Cluster-wide metrics, one point a minute. The Role=WRITER series change instance in a failover and are not asked; over the
 * whole cluster the readers, which commit nothing, report 0, so that an average would divide the writer's value by the instances.
 */
export function auroraQueries(cluster: string): MetricQuery[] {
  return [
    query(cluster, 'CommitThroughput', 'commits/s'),
    query(cluster, 'CommitLatency', 'ms'),
    query(cluster, 'DatabaseConnections', 'connections'),
    query(cluster, 'AuroraReplicaLagMaximum', 'ms'),
  ];
}

function query(cluster: string, metric: string, unit: string): MetricQuery {
  return {
    name: `AWS/RDS ${metric}`,
    unit,
    namespace: 'AWS/RDS',
    metric,
    dimensions: { DBClusterIdentifier: cluster },
    stat: 'Maximum',
    period_s: 60,
  };
}
