import { Aws } from 'aws-cdk-lib';
import type { AuroraTarget } from '../../../drills/target.ts';
import type { Permission } from '../../permission.ts';

/** What each task needs on a cluster besides what it needs of the suite; `resourceId` is the cluster's id for log-ins, if known. */
export function auroraPermissions(target: AuroraTarget, resourceId?: string): { [task: string]: Permission[] } {
  const { cluster_arn, region, account } = target;
  const describe: Permission = { actions: ['rds:DescribeDBClusters'], resources: [cluster_arn] };
  const seeing: Permission[] = [
    describe,
    {
      actions: ['rds:DescribeDBInstances'],
      resources: [`arn:${Aws.PARTITION}:rds:${region}:${account}:db:*`],
      because: "a cluster's instances come and go, and are asked for by their cluster",
    },
  ];
  const following: Permission[] = [{ actions: ['rds:DescribeEvents'], resources: ['*'], because: 'RDS names no resource for its log' }];
  const client = [...seeing, logIn(target, resourceId)];
  return {
    Claim: following,
    Preflight: seeing,
    Readmit: seeing,
    Watch: [...seeing, ...following],
    Heal: [...seeing, ...following],
    Collect: [describe, ...following],
    Witness: client,
    Readback: client,
  };
}

/** The right to log in as the probe's user, or to read its password. */
function logIn({ auth, user, region, account }: AuroraTarget, resourceId?: string): Permission {
  if (auth !== 'iam') return { actions: ['secretsmanager:GetSecretValue'], resources: [auth] };
  const userOf = (cluster: string) => `arn:${Aws.PARTITION}:rds-db:${region}:${account}:dbuser:${cluster}/${user}`;
  if (resourceId !== undefined) return { actions: ['rds-db:connect'], resources: [userOf(resourceId)] };
  return {
    actions: ['rds-db:connect'],
    resources: [userOf('*')],
    because:
      'the configuration names no clusterResourceId, which is not part of the ARN; the user is this one, which exists for the probe alone',
  };
}
