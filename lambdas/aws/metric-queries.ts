import type { Drill } from '../../core/drill.ts';
import { mskQueries } from './msk/queries.ts';

/** One CloudWatch metric to read; `name` is what the series is called in the record. */
export interface MetricQuery {
  name: string;
  unit: string;
  namespace: string;
  metric: string;
  dimensions: { [name: string]: string };
  stat: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  period_s: number;
}

/**
 * What CloudWatch keeps about a drill's store. One point a minute, so it bounds a recovery only to the minute: context beside
 * the probe, never its replacement. The Role=WRITER series change instance in a failover and are not asked; over the whole
 * cluster the readers, which commit nothing, report 0, so that an average would divide the writer's value by the instances.
 */
export function metricQueries(drill: Drill, cluster: string): MetricQuery[] {
  switch (drill.store) {
    case 'aurora':
      return [
        aurora(cluster, 'CommitThroughput', 'commits/s', 'Maximum'),
        aurora(cluster, 'CommitLatency', 'ms', 'Maximum'),
        aurora(cluster, 'DatabaseConnections', 'connections', 'Maximum'),
        aurora(cluster, 'AuroraReplicaLagMaximum', 'ms', 'Maximum'),
      ];
    case 'msk':
      return mskQueries(cluster, { express: false, kraft: false });
    // Self-managed: CloudWatch has nothing about it but what the user's own agent sends.
    case 'etcd':
      return [];
    default:
      return drill satisfies never;
  }
}

function aurora(cluster: string, metric: string, unit: string, stat: MetricQuery['stat']): MetricQuery {
  return {
    name: `AWS/RDS ${metric}`,
    unit,
    namespace: 'AWS/RDS',
    metric,
    dimensions: { DBClusterIdentifier: cluster },
    stat,
    period_s: 60,
  };
}
