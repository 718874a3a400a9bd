/**
 * Where a store is on AWS, as the functions of a suite are told. While a stack is synthesized any string may be a token of
 * CloudFormation's; in a function it is plain text.
 */
interface TargetBase {
  /** Key of the lease, and the name that people use. */
  name: string;
  region: string;
  account: string;
}

/** A provisioned MSK cluster and the topic that the probe's lanes write to. */
export interface MskTarget extends TargetBase {
  store: 'msk';
  cluster_arn: string;
  /** CloudWatch's dimension `Cluster Name`. */
  cluster_name: string;
  topic: string;
  auth: 'iam' | 'tls';
}

/** An Aurora cluster with the database and the user of the probe's lanes. */
export interface AuroraTarget extends TargetBase {
  store: 'aurora';
  cluster: string;
  cluster_arn: string;
  database: string;
  user: string;
  /** `iam`, or the ARN of a secret with `username` and `password`. */
  auth: string;
}

/** Self-managed etcd on instances that run the SSM agent. */
export interface EtcdTarget extends TargetBase {
  store: 'etcd';
  members: { name: string; instance: string; url: string; zone: string }[];
  /** ARN of a secret with `ca`, `cert` and `key` in PEM form; null where the members talk in clear. */
  tls_secret: string | null;
  /** Names of the SSM command documents made for this store: what its members tell, and bringing them back. */
  documents: { status: string; undo: string };
  /** Bucket of the snapshots, empty but during a restore; null where none can be restored. */
  snapshots: string | null;
}

export type Target = MskTarget | AuroraTarget | EtcdTarget;

/**
 * What every function of a suite is told by its environment, as JSON under DRILL_SUITE (Lambda takes 4 KiB in all). The drills
 * themselves are longer and lie beside the code as drills.json.
 */
export interface SuiteSettings {
  account: string;
  table: string;
  bucket: string;
  /** ARN of the topic of notices. */
  topic: string;
  /** Name of the event bus of events. */
  bus: string;
  /** SSM change calendars, all of which must be open; empty where there is none. */
  calendars: string[];
  targets: Target[];
  /** Name of the target that each drill runs on. */
  placed: { [drill: string]: string };
  /** Id of the experiment template of each drill. */
  templates: { [drill: string]: string };
}

/** Where a deployed suite says what it is, for whoever has only its name: a parameter with its settings, and one for each drill. */
export function suiteFolder(suite: string): string {
  return `/quorum-drills/${suite}`;
}

export function settingsParameter(suite: string): string {
  return `${suiteFolder(suite)}/settings`;
}

/** Memory in megabytes of each task's function, by task, from which a run's cost is computed. */
export function memoryParameter(suite: string): string {
  return `${suiteFolder(suite)}/memory`;
}

export function drillParameter(suite: string, drill: string): string {
  return `${suiteFolder(suite)}/drills/${drill}`;
}

/** Name of the state machine that runs the drills of a target. */
export function machineName(suite: string, target: string): string {
  return `${suite}-${target}`;
}
