import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

/** What RDS says of a cluster; `members` are instances by their identifiers. */
export interface Cluster {
  name: string;
  status: string;
  engine: string;
  version: string;
  /** Host of the endpoint that follows the writer. */
  endpoint: string;
  port: number;
  members: { name: string; writer: boolean; promotion_tier: number | null }[];
}

/** One instance; what RDS does not tell while it makes or removes one is null. */
export interface Instance {
  name: string;
  status: string;
  zone: string | null;
  host: string | null;
  port: number | null;
}

/** One entry of RDS's own log, epoch milliseconds. DescribeEvents gives no number such as RDS-EVENT-0071, only the message. */
export interface LogEntry {
  at: number;
  /** The cluster's or an instance's identifier. */
  source: string;
  message: string;
}

/** RDS as far as a drill reads it; all of it throws when it cannot be read. */
export interface ControlPlane {
  cluster(): Promise<Cluster>;
  instances(): Promise<Instance[]>;
  /** Entries of the cluster, or of one of its instances, oldest first; RDS keeps them for 14 days. */
  log(of: 'db-cluster' | 'db-instance', source: string, from: number, to: number): Promise<LogEntry[]>;
}

/** The control plane of one cluster by its identifier. */
export function rdsControlPlane(rds: RDSClient, name: string): ControlPlane {
  return {
    cluster: async () => {
      const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }));
      const [found] = DBClusters;
      if (found === undefined) throw new Error(`cluster ${name}: got none, wanted one; name a cluster of this account and Region`);
      return clusterIn(found, name);
    },
    instances: async () => {
      // A cluster has at most 16 instances, and a page holds 100.
      const { DBInstances = [] } = await rds.send(
        new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [name] }], MaxRecords: 100 }),
      );
      return DBInstances.map(instanceIn);
    },
    log: (of, source, from, to) => readLog(rds, of, source, from, to),
  };
}

function clusterIn(found: DBCluster, name: string): Cluster {
  return {
    name,
    status: found.Status ?? 'unknown',
    engine: found.Engine ?? 'unknown',
    version: found.EngineVersion ?? 'unknown',
    endpoint: found.Endpoint ?? '',
    port: found.Port ?? 5432,
    members: (found.DBClusterMembers ?? []).map((member) => ({
      name: member.DBInstanceIdentifier ?? '',
      writer: member.IsClusterWriter === true,
      promotion_tier: member.PromotionTier ?? null,
    })),
  };
}

function instanceIn(found: DBInstance): Instance {
  return {
    name: found.DBInstanceIdentifier ?? '',
    status: found.DBInstanceStatus ?? 'unknown',
    // The cluster's own list of zones is the storage's, not where its instances are.
    zone: found.AvailabilityZone ?? null,
    host: found.Endpoint?.Address ?? null,
    port: found.Endpoint?.Port ?? null,
  };
}

async function readLog(rds: RDSClient, of: 'db-cluster' | 'db-instance', source: string, from: number, to: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let Marker: string | undefined;
  do {
    const page = await rds.send(
      new DescribeEventsCommand({
        SourceType: of,
        SourceIdentifier: source,
        StartTime: new Date(from),
        EndTime: new Date(to),
        MaxRecords: 100,
        ...(Marker && { Marker }),
      }),
    );
    for (const { Date: date, Message = '' } of page.Events ?? []) {
      if (date !== undefined) entries.push({ at: date.getTime(), source, message: Message });
    }
    Marker = page.Marker;
  } while (Marker);
  return entries.sort((a, b) => a.at - b.at);
}
