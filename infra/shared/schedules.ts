import { Duration, TimeZone } from 'aws-cdk-lib';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ScheduleConfig } from '../config/schema.ts';

export interface ScheduledDrill {
  drill: string;
  machine: IStateMachine;
  schedule: ScheduleConfig;
}

export interface SchedulesProps {
  /** Name of the group that they are in. */
  name: string;
  drills: ScheduledDrill[];
  deadLetters: Queue;
}

/** A drill that starts much later than planned meets people who do not expect it. */
const latest = Duration.minutes(15);
const tries = 2;

/**
 * Starts drills when the configuration says, and only those that it turns on. EventBridge Scheduler may deliver a start twice, so
 * each carries the time that it was planned for: Claim fills that slot once.
 */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { name, drills, deadLetters }: SchedulesProps) {
    super(scope, id);
    if (drills.length === 0) return;
    const scheduleGroup = new ScheduleGroup(this, 'Group', { scheduleGroupName: name });
    for (const { drill, machine, schedule } of drills) {
      new Schedule(this, drill, {
        scheduleGroup,
        description: `Starts ${drill}. Turned on and off in the configuration of the suite.`,
        schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timeZone)),
        enabled: schedule.enabled,
        timeWindow: TimeWindow.off(),
        target: new StepFunctionsStartExecution(machine, {
          input: ScheduleTargetInput.fromObject({ drill, scheduled: ContextAttribute.scheduledTime }),
          deadLetterQueue: deadLetters,
          retryAttempts: tries,
          maxEventAge: latest,
        }),
      });
    }
  }
}
