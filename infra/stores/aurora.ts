import { Aws, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Drill } from '../../core/drill.ts';
import type { AuroraTarget } from '../../drills/target.ts';
import { ExperimentTemplate } from '../experiment-template.ts';
import type { AuroraConfig, StoreParts, SuiteForTarget } from '../store-parts.ts';
import { auroraPermissions } from './aurora/permissions.ts';

/** What RDS can be asked to break: it fails the writer over, to a reader of its own choice. */
const failovers: ReadonlySet<Drill['fault']['kind']> = new Set(['writer-handover']);

/** An Aurora cluster as a target: for each drill a template with FIS's own action on this cluster alone. */
export function auroraParts(scope: Construct, id: string, config: AuroraConfig, suite: SuiteForTarget): StoreParts {
  const parts = new Construct(scope, id);
  const target = targetOf(config);
  const templates = suite.drills
    .filter(({ fault }) => failovers.has(fault.kind))
    .map((drill) => [drill.name, templateOf(parts, drill, target, suite).templateId]);
  return {
    target,
    templates: Object.fromEntries(templates),
    permissions: auroraPermissions(target, config.clusterResourceId),
    network: suite.network,
  };
}

/** FIS calls FailoverDBCluster in its own name. It cannot look at the lease first, so the lease outlives the latest start. */
function templateOf(
  scope: Construct,
  drill: Drill,
  { cluster_arn, region, account }: AuroraTarget,
  suite: SuiteForTarget,
): ExperimentTemplate {
  return new ExperimentTemplate(scope, drill.name, {
    name: `${suite.name} ${drill.name}`,
    description: `${drill.title}. Started by its drill alone: by itself it would fail the writer over without anybody watching.`,
    actions: { failover: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'cluster' } } },
    targets: { cluster: { resourceType: 'aws:rds:cluster', resourceArns: [cluster_arn], selectionMode: 'ALL' } },
    stopAlarms: suite.stopAlarms(drill),
    permissions: [
      { actions: ['rds:FailoverDBCluster'], resources: [cluster_arn] },
      {
        actions: ['rds:DescribeDBClusters'],
        resources: [`arn:${Aws.PARTITION}:rds:${region}:${account}:cluster:*`],
        because: 'FIS may look its target up by a filter, which RDS checks on every cluster; this only reads',
      },
    ],
  });
}

/** `arn:<partition>:rds:<region>:<account>:cluster:<identifier>`, whose parts may not be known before deployment. */
function targetOf({ name, database, user, auth, clusterArn }: AuroraConfig): AuroraTarget {
  const parts = Fn.split(':', clusterArn);
  return {
    store: 'aurora',
    name,
    region: Fn.select(3, parts),
    account: Fn.select(4, parts),
    cluster: Fn.select(6, parts),
    cluster_arn: clusterArn,
    database,
    user,
    auth,
  };
}
