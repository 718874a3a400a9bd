import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { FisClient } from '@aws-sdk/client-fis';
import { SFNClient } from '@aws-sdk/client-sfn';
import { drills } from '../../drills/index.ts';
import type { Faults, Tools } from '../tools.ts';
import { wallClock } from './clock.ts';
import { cloudWatchMetrics } from './cloudwatch.ts';
import type { OpenDriver } from './drivers/open.ts';
import { fisExperiments } from './fis.ts';
import { metricQueries } from './metric-queries.ts';
import { NotOnAwsYet, notOnAwsYet } from './not-on-aws-yet.ts';
import { clusterOf, type Environment, sourceOf, templateOf } from './settings.ts';
import { executions } from './step-functions.ts';

/**
 * The AWS side of a handler's tools, from the function's environment. Reading and stopping experiments, alarms, metrics and
 * executions are built; every other part throws NotOnAwsYet when touched, and none of them pretends. The functions of a target
 * hand in the driver of its protocol, which the probe is to use.
 */
export function awsTools(env: Environment = process.env, _open?: OpenDriver): Tools {
  const clock = wallClock();
  return {
    source: sourceOf(env),
    clock,
    // A rig is the lab's: a drill that needs one means nothing on a cluster that cannot be rigged.
    drills: drills.filter((drill) => drill.rig === undefined),
    runs: notOnAwsYet('runs'),
    faults: faults(env),
    topology: notOnAwsYet('topology'),
    probe: notOnAwsYet('probe'),
    metrics: cloudWatchMetrics(new CloudWatchClient(), clock, (drill) => metricQueries(drill, clusterOf(env))),
    evidence: notOnAwsYet('evidence'),
    calendar: notOnAwsYet('calendar'),
    notices: notOnAwsYet('notices'),
    executionRunning: executions(new SFNClient()),
  };
}

function faults(env: Environment): Faults {
  return {
    ...fisExperiments(new FisClient()),
    template: (drill) => templateOf(env, drill),
    undo: () => Promise.reject(new NotOnAwsYet('faults', 'undo')),
    events: () => Promise.reject(new NotOnAwsYet('faults', 'events')),
  };
}
