import { App, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SharedResources } from '../../../infra/shared/resources.ts';
import type { ProbeNetwork } from '../../../infra/store-parts.ts';

/** A stack with what every target finds in its suite: a network for its probe, and the shared resources. */
export function aSuiteStack(): { stack: Stack; network: ProbeNetwork; shared: SharedResources } {
  const stack = new Stack(new App(), 'Suite');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] });
  const network = { vpc, subnets: vpc.privateSubnets, securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1') };
  const shared = new SharedResources(stack, 'Shared', {
    name: 'quorum',
    email: [],
    targets: [],
    calendars: [],
    evidence: { retention_days: 400, objectLock: 'none' },
  });
  return { stack, network, shared };
}
