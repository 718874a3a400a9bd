import { Validations } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
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
    Validations.of(this).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'functions are put into the subnets, and nothing of their routes is changed or read',
    });
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones, privateSubnetIds: subnetIds });
    this.subnets = this.vpc.privateSubnets;
    this.securityGroup = SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', securityGroupId, { mutable: false });
  }
}
