import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FisClient } from '@aws-sdk/client-fis';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Drill } from '../../core/drill.ts';
import type { Tools } from '../tools.ts';
import { changeCalendar } from './calendar.ts';
import { cloudWatchMetrics } from './cloudwatch.ts';
import type { OpenDriver } from './drivers/open.ts';
import { s3Evidence } from './evidence.ts';
import { awsFaults } from './faults.ts';
import { fisExperiments } from './fis.ts';
import { awsNotices } from './notices.ts';
import { heartbeats, listener } from './powertools.ts';
import { awsProbe, withoutDriver } from './probe.ts';
import { readSafetyLever } from './safety-lever.ts';
import type { Suite } from './settings.ts';
import { executions } from './step-functions.ts';
import type { StoreControl } from './store-side.ts';
import { type MakeSide, type SidesParts, storeControls } from './store-sides.ts';

/** What the parts of a function's tools are made from. */
export interface Ground extends SidesParts {
  suite: Suite;
}

/** One or more of the tools. Each brings the clients that it needs, and a function that does not name it carries none of them. */
export type Part = (ground: Ground) => Partial<Tools>;

const controls = (ground: Ground): ((name: string) => StoreControl) => storeControls(ground.suite.targetNamed, ground);

export const faults: Part = (ground) => ({
  faults: awsFaults(fisExperiments(new FisClient()), ground.suite, ground.runs, controls(ground)),
});

/** The stores' control planes, and what CloudWatch tells of them. */
export const stores: Part = (ground) => {
  const { suite, clock } = ground;
  const named = controls(ground);
  const of = (drill: Drill): StoreControl => named(suite.targetOf(drill).name);
  return {
    topology: {
      store: (drill) => suite.targetOf(drill).name,
      observe: (drill) => of(drill).observe(drill),
      engine: (drill) => of(drill).engine(),
    },
    metrics: cloudWatchMetrics(new CloudWatchClient(), clock, (drill) => of(drill).queries(drill)),
  };
};

// An emulator has no host name for each bucket.
export const evidence: Part = ({ suite: { source, settings } }) => ({
  evidence: s3Evidence(new S3Client({ forcePathStyle: source === 'emulator' }), settings.bucket),
});

export const calendar: Part = ({ suite: { settings } }) => {
  const fis = new FisClient();
  return { calendar: changeCalendar(new SSMClient(), settings.calendars, () => readSafetyLever(fis)) };
};

export const notices: Part = ({ suite: { settings } }) => ({
  notices: awsNotices(new EventBridgeClient(), settings.bus, new SNSClient(), settings.topic),
});

export const running: Part = () => ({ executionRunning: executions(new SFNClient()) });

const alarmOf =
  ({ suite }: Ground) =>
  (drill: Drill): string =>
    listener(suite.targetOf(drill).name);

/** The alarm on the heartbeats alone: the probe itself is in the functions of the targets. */
export const listening: Part = (ground) => ({ probe: { ...withoutDriver, alarm: alarmOf(ground) } });

/** All that is there without a driver. */
export const everyPart: Part[] = [calendar, evidence, faults, listening, notices, running, stores];

/** The probe with the driver of one protocol, and the side of the store that speaks it. */
export function probing(open: OpenDriver, make: MakeSide): Part {
  return (ground) => {
    const { suite } = ground;
    const pulse = heartbeats();
    return {
      probe: awsProbe({
        open,
        endpoints: (drill) => make(suite.targetOf(drill), ground).endpoints(drill),
        pulse: (drill, beat) => pulse(suite.targetOf(drill).name, beat),
        alarm: alarmOf(ground),
      }),
    };
  };
}
