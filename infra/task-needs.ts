import { Aws } from 'aws-cdk-lib';
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

const readExecutions = (machine: string): Permission[] => [
  {
    actions: ['states:DescribeExecution'],
    resources: [`arn:${Aws.PARTITION}:states:${here}:execution:${machine}:*`],
    because: 'the executions of this one machine, named when they start',
  },
];

/** Each task of the workflow file with its entry and exactly what its handler calls; `machine` is the state machine's name. */
export function taskNeeds(machine: string): { [task: string]: TaskNeeds } {
  return {
    Claim: { entry: 'claim', memory_mb: 256, permissions: [...readExperiments, ...readExecutions(machine)] },
    Preflight: { entry: 'preflight', memory_mb: 256, permissions: readAlarms },
    Witness: { entry: 'witness', memory_mb: 1769, permissions: [] },
    Readmit: { entry: 'readmit', memory_mb: 256, permissions: readAlarms },
    Watch: { entry: 'watch', memory_mb: 256, permissions: [...readExperiments, ...readAlarms] },
    Halt: { entry: 'halt', memory_mb: 256, permissions: [] },
    Heal: { entry: 'heal', memory_mb: 512, permissions: [...readExperiments, ...stopExperiments] },
    Readback: { entry: 'readback', memory_mb: 1769, permissions: [] },
    Collect: { entry: 'collect', memory_mb: 1024, permissions: [...readExperiments, ...readMetrics] },
    Grade: { entry: 'grade', memory_mb: 1024, permissions: [] },
    Release: { entry: 'release', memory_mb: 256, permissions: [] },
  };
}
