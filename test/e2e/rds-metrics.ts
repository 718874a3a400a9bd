import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { PostgresCluster } from '../../lab/postgres/cluster.ts';
import { caller } from './deploy.ts';
import { identifier } from './rds.ts';

/** Aurora has a point a minute; several samples fall into each. */
const every_ms = 5_000;
const within_ms = 2_000;

interface Sample {
  commits: number;
  connections: number;
  lag_ms: number;
}

const sample = `
  select (select sum(xact_commit)::float8 from pg_stat_database) as commits,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
    coalesce((select max(extract(epoch from replay_lag) * 1000)::float8 from pg_stat_replication), 0) as lag_ms`;

/** Publishes as AWS/RDS what the writer says of itself, until it is stopped; while no writer answers there are no points. */
export function publishMetrics(cluster: PostgresCluster, endpoint: string): () => Promise<void> {
  const cloudwatch = new CloudWatchClient(caller(endpoint));
  let before: { writer: string; at: number; commits: number } | null = null;
  let under_way = Promise.resolve();
  const look = async (): Promise<void> => {
    const { name: writer, direct } = cluster.writer;
    const began = performance.now();
    // An empty transaction with a number of its own, which is committed as any other is.
    await direct.rows('select pg_current_xact_id()', within_ms);
    const latency_ms = performance.now() - began;
    const { commits, connections, lag_ms } = await direct.row<Sample>(sample, within_ms);
    const at = performance.now();
    const rate = before?.writer === writer ? ((commits - before.commits) / (at - before.at)) * 1000 : 0;
    before = { writer, at, commits };
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/RDS',
        MetricData: Object.entries({
          CommitThroughput: rate,
          CommitLatency: latency_ms,
          DatabaseConnections: connections,
          AuroraReplicaLagMaximum: lag_ms,
        }).map(([MetricName, Value]) => ({ MetricName, Value, Dimensions: [{ Name: 'DBClusterIdentifier', Value: identifier }] })),
      }),
    );
  };
  const timer = setInterval(() => {
    under_way = under_way.then(look).catch(() => undefined);
  }, every_ms);
  return async () => {
    clearInterval(timer);
    await under_way;
    cloudwatch.destroy();
  };
}
