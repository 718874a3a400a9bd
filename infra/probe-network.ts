import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NetworkConfig } from './config/schema.ts';
import type { ProbeNetwork } from './store-parts.ts';

/** The network of a target's probe, imported by its ids: nothing is looked up. */
export class ImportedNetwork extends Construct implements ProbeNetwork {
  readonly vpc: ProbeNetwork['vpc'];
  readonly subnets: ProbeNetwork['subnets'];
  readonly securityGroup: ProbeNetwork['securityGroup'];

  constructor(scope: Construct, id: string, { vpcId, availabilityZones, subnetIds, securityGroupId }: NetworkConfig) {
    super(scope, id);
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones, privateSubnetIds: subnetIds });
    this.subnets = subnetIds.map((subnetId, at) => {
      const availabilityZone = availabilityZones[at];
      return Subnet.fromSubnetAttributes(this, `Subnet${at}`, {
        subnetId,
        ...(availabilityZone === undefined ? {} : { availabilityZone }),
      });
    });
    this.securityGroup = SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', securityGroupId, { mutable: false });
  }
}
