import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FisClient } from '@aws-sdk/client-fis';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Drill } from '../../core/drill.ts';
import type { Tools } from '../tools.ts';
import { changeCalendar } from './calendar.ts';
import { wallClock } from './clock.ts';
import { cloudWatchMetrics } from './cloudwatch.ts';
import type { OpenDriver } from './drivers/open.ts';
import { s3Evidence } from './evidence.ts';
import { awsFaults } from './faults.ts';
import { fisExperiments } from './fis.ts';
import { awsNotices } from './notices.ts';
import { heartbeats, listener } from './powertools.ts';
import { awsProbe } from './probe.ts';
import { DynamoRuns } from './runs.ts';
import { readSafetyLever } from './safety-lever.ts';
import { type Environment, readSuite, type Suite } from './settings.ts';
import { executions } from './step-functions.ts';
import type { StoreSide } from './store-side.ts';
import { storeSides } from './store-sides.ts';

/**
 * The AWS side of a handler's tools, from the function's environment and the drills beside its code. The functions of a target
 * hand in the driver of its protocol, which the probe uses.
 */
export function awsTools(env: Environment = process.env, open?: OpenDriver, drillsFile?: URL): Tools {
  return suiteTools(readSuite(env, drillsFile), open);
}

/** The same for a suite that is known already; clients take credentials and Region from where the SDK finds them. */
export function suiteTools(suite: Suite, open?: OpenDriver): Tools {
  const { settings, source } = suite;
  const clock = wallClock();
  const dynamodb = new DynamoDBClient();
  const fis = new FisClient();
  const runs = new DynamoRuns(dynamodb, settings.table, clock);
  const sideNamed = storeSides(suite, { dynamodb, clock, runs });
  const sideOf = (drill: Drill): StoreSide => sideNamed(suite.targetOf(drill).name);
  const pulse = heartbeats();
  return {
    source,
    clock,
    drills: suite.drills,
    runs,
    faults: awsFaults(fisExperiments(fis), suite, runs, sideNamed),
    topology: {
      store: (drill) => suite.targetOf(drill).name,
      observe: (drill) => sideOf(drill).observe(drill),
      engine: (drill) => sideOf(drill).engine(),
    },
    probe: awsProbe({
      open,
      endpoints: (drill) => sideOf(drill).endpoints(drill),
      pulse: (drill, beat) => pulse(suite.targetOf(drill).name, beat),
      alarm: (drill) => listener(suite.targetOf(drill).name),
    }),
    metrics: cloudWatchMetrics(new CloudWatchClient(), clock, (drill) => sideOf(drill).queries(drill)),
    // An emulator has no host name for each bucket.
    evidence: s3Evidence(new S3Client({ forcePathStyle: source === 'emulator' }), settings.bucket),
    calendar: changeCalendar(new SSMClient(), settings.calendars, () => readSafetyLever(fis)),
    notices: awsNotices(new EventBridgeClient(), settings.bus, new SNSClient(), settings.topic),
    executionRunning: executions(new SFNClient()),
  };
}
