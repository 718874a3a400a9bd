import type { Cluster, ControlPlane, Instance, LogEntry } from '../../../../lambdas/aws/aurora/control-plane.ts';

/** What a control plane tells in a test; entries of the log by cluster or instance. */
export interface Told {
  cluster: Cluster;
  instances: Instance[];
  log: { [source: string]: LogEntry[] };
}

export function told(): Told {
  const instance = (name: string, zone: string): Instance => ({ name, zone, status: 'available', host: `${name}.example`, port: 5432 });
  return {
    cluster: {
      name: 'billing',
      status: 'available',
      engine: 'aurora-postgresql',
      version: '16.4',
      endpoint: 'billing.cluster-1.example',
      port: 5433,
      members: [
        { name: 'db-1', writer: true, promotion_tier: 1 },
        { name: 'db-2', writer: false, promotion_tier: 0 },
      ],
    },
    instances: [instance('db-1', 'eu-west-1a'), instance('db-2', 'eu-west-1b')],
    log: {},
  };
}

/** RDS's side of the line, and what was asked of it. */
export function planeOf({ cluster, instances, log }: Told): ControlPlane & { asked: { source: string; from: number; to: number }[] } {
  const asked: { source: string; from: number; to: number }[] = [];
  return {
    asked,
    cluster: async () => cluster,
    instances: async () => instances,
    log: async (_, source, from, to) => {
      asked.push({ source, from, to });
      return (log[source] ?? []).filter(({ at }) => at >= from && at <= to);
    },
  };
}
