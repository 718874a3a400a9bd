import type { IConnectable, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Target } from '../drills/target.ts';
import type { Permission } from './permission.ts';

/** Where the witness and the read-back of a target run. */
export interface ProbeNetwork {
  vpc: IVpc;
  subnets: ISubnet[];
  securityGroup: IConnectable;
}

/** What one target adds to a suite. Each kind of store has one function that makes it (infra/stores/<kind>.ts). */
export interface StoreParts {
  target: Target;
  /** Ids of the experiment templates, by drill. */
  templates: { [drill: string]: string };
  /** What each task needs on this target beyond what it needs of the suite. */
  permissions: { [task: string]: Permission[] };
  network: ProbeNetwork;
}
