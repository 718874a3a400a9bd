import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Drill } from '../core/drill.ts';
import type { AuroraTarget, EtcdTarget, MskTarget, Target } from '../drills/target.ts';
import type { Permission } from './permission.ts';
import type { SharedResources } from './shared/resources.ts';

/** Where the witness and the read-back of a target run. */
export interface ProbeNetwork {
  vpc: IVpc;
  subnets: ISubnet[];
  securityGroup: ISecurityGroup;
}

/** What one target adds to a suite. Each kind of store has one function that makes it (infra/stores/<kind>.ts). */
export interface StoreParts {
  target: Target;
  /** Ids of the experiment templates, by drill. */
  templates: { [drill: string]: string };
  /** What each task, and Sweep, needs on this target beyond what it needs of the suite. */
  permissions: { [task: string]: Permission[] };
  network: ProbeNetwork;
}

/** What a store's function is told of its target: looked up already, so that it has an ARN or members and never a tag. */
export type MskConfig = { name: string } & Pick<MskTarget, 'store' | 'topic' | 'auth'> & { clusterArn: string };
export type AuroraConfig = { name: string } & Pick<AuroraTarget, 'store' | 'database' | 'user' | 'auth'> & {
    clusterArn: string;
    /** The cluster's id for log-ins by IAM. */
    clusterResourceId?: string | undefined;
  };
export type EtcdConfig = { name: string } & Pick<EtcdTarget, 'store' | 'members'> & {
    tlsSecret: string | null;
    scratch: EtcdScratch | null;
  };

/** What makes a restore possible: the live cluster's client URL or 'none', and the role of the scratch instances. */
export interface EtcdScratch {
  live: string;
  instanceRole: string;
}

/** What a suite gives to the parts of one target. */
export interface SuiteForTarget {
  /** Begins the names of what is made for the suite. */
  name: string;
  /** The drills placed on this target, as configured. */
  drills: Drill[];
  network: ProbeNetwork;
  shared: SharedResources;
  /** ARNs of the alarms that stop an experiment of a drill, one to five: the probe's heartbeat and the drill's guards. */
  stopAlarms(drill: Drill): string[];
}
