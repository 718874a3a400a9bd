import { Aws } from 'aws-cdk-lib';
import type { StoreKind } from '../core/topology.ts';
import { experiments, type Permission } from './permission.ts';

/** What one task's function is given. */
export interface TaskNeeds {
  /** File name under lambdas/aws/entry, without its extension. */
  entry: string;
  memory_mb: number;
  /** What this handler may do besides writing its own log. */
  permissions: Permission[];
}

const here = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;

const readExperiments: Permission[] = [
  {
    actions: ['fis:GetExperiment', 'fis:ListExperimentResolvedTargets'],
    resources: [experiments],
    because: 'experiments get their ids when they start, and these only read',
  },
];

const findExperiments: Permission[] = [
  ...readExperiments,
  { actions: ['fis:ListExperiments'], resources: ['*'], because: 'a list has no resource to name' },
];

const stopExperiments: Permission[] = [
  {
    actions: ['fis:StopExperiment'],
    resources: [experiments],
    because: 'experiments get their ids when they start, so this reaches every one of the account; Heal stops those of its own row alone',
  },
];

const readAlarms: Permission[] = [
  {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: ['*'],
    because: 'a guard may be a composite alarm, and CloudWatch returns those only to a right on all alarms',
  },
];

const readMetrics: Permission[] = [
  { actions: ['cloudwatch:GetMetricData'], resources: ['*'], because: 'CloudWatch names no resource for its data' },
];

/** The two tasks of a target that talk to its store: they run in its network, with the driver of its protocol. */
export const targetTasks: readonly string[] = ['Witness', 'Readback'];

/** What the sweeper does for an execution that is gone. */
const swept = ['Heal', 'Collect', 'Grade', 'Release'];

const protocols: { [store in StoreKind]: string } = { msk: 'kafka', aurora: 'postgres', etcd: 'etcd' };

/**
 * Lambda gives a whole CPU at 1769 MB, so this is 0.43 of one, for each half of a load of at most 120 writes a second: waiting
 * on a socket, mostly. With both halves at work for eight of ten minutes it is nearly half of a drill's 2 cents, and more would
 * break them. Should it be too little the witness stalls, which its record shows and which is no evidence of the store's.
 */
const witness_mb = 768;

/** What a target's own functions need of AWS besides its store. */
export function targetNeeds(store: StoreKind): { [task: string]: TaskNeeds } {
  const protocol = protocols[store];
  return {
    Witness: { entry: `witness-${protocol}`, memory_mb: witness_mb, permissions: [] },
    Readback: { entry: `readback-${protocol}`, memory_mb: 1769, permissions: [] },
  };
}

/** What the functions that all targets share need, and Sweep; `machines` are the names of the state machines. */
export function suiteNeeds(machines: string[]): { [task: string]: TaskNeeds } {
  const readExecutions: Permission = {
    actions: ['states:DescribeExecution'],
    resources: machines.map((machine) => `arn:${Aws.PARTITION}:states:${here}:execution:${machine}:*`),
    because: 'the executions of this one machine, named when they start',
  };
  const needs: { [task: string]: TaskNeeds } = {
    Claim: { entry: 'claim', memory_mb: 256, permissions: [...findExperiments, readExecutions] },
    Preflight: { entry: 'preflight', memory_mb: 256, permissions: readAlarms },
    Readmit: { entry: 'readmit', memory_mb: 256, permissions: readAlarms },
    Watch: { entry: 'watch', memory_mb: 256, permissions: [...readExperiments, ...readAlarms] },
    Halt: { entry: 'halt', memory_mb: 256, permissions: [] },
    Heal: { entry: 'heal', memory_mb: 512, permissions: [...findExperiments, ...stopExperiments] },
    Collect: { entry: 'collect', memory_mb: 1024, permissions: [...findExperiments, ...readMetrics] },
    Grade: { entry: 'grade', memory_mb: 1024, permissions: [] },
    Release: { entry: 'release', memory_mb: 256, permissions: [] },
  };
  const sweeping = [...forTask('Sweep', permissionsOf(needs)), readExecutions];
  return { ...needs, Sweep: { entry: 'sweep', memory_mb: 1024, permissions: sweeping } };
}

function permissionsOf(needs: { [task: string]: TaskNeeds }): { [task: string]: Permission[] } {
  return Object.fromEntries(Object.entries(needs).map(([task, { permissions }]) => [task, permissions]));
}

/** What a table of permissions gives to a task; Sweep runs other tasks' handlers, so it has theirs besides its own. */
export function forTask(task: string, permissions: { [task: string]: Permission[] }): Permission[] {
  const tasks = task === 'Sweep' ? [...swept, task] : [task];
  return [...new Set(tasks.flatMap((each) => permissions[each] ?? []))];
}
