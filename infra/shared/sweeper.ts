import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunctionOf } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface SweeperProps {
  sweep: LambdaFunctionOf;
  /** ARNs of the state machines. */
  machines: string[];
  deadLetters: Queue;
  topic: Topic;
}

/** Ends of an execution that leave its run to the sweeper; it heals and grades by itself before any other. */
const unfinished = ['FAILED', 'TIMED_OUT', 'ABORTED'];

const minute = Duration.minutes(1);

/** Calls Sweep when an execution ended short of its own end, and every minute, since events are best effort; pages when it fails or is not called. */
export class Sweeper extends Construct {
  /** In alarm when sweeping fails, and when nobody sweeps. */
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, { sweep, machines, deadLetters, topic }: SweeperProps) {
    super(scope, id);
    // A sweep that failed is not tried again: the next one comes within a minute.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(15) });
    const target = () => new LambdaFunction(sweep, { deadLetterQueue: deadLetters, retryAttempts: 2, maxEventAge: Duration.minutes(15) });
    new Rule(this, 'Unfinished', {
      description: 'An execution of a drill failed, timed out or was aborted, and may have left something broken.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: unfinished, stateMachineArn: machines },
      },
      targets: [target()],
    });
    new Rule(this, 'EveryMinute', {
      description: 'Runs past their deadline, and those whose execution is gone.',
      schedule: Schedule.rate(minute),
      targets: [target()],
    });
    this.alarms = [
      alarmOn(this, 'Failing', sweep.metricErrors({ period: minute, statistic: Stats.SUM }), {
        alarmDescription: 'The sweeper fails again and again: stores may stay held, and faults in. Look at its log.',
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      alarmOn(this, 'Silent', sweep.metricInvocations({ period: minute, statistic: Stats.SUM }), {
        alarmDescription: 'Nobody calls the sweeper: is the rule of every minute still on?',
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }),
    ];
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(topic));
  }
}

/** Minutes in a row that make an alarm: one bad minute is made good by the next. */
const bad_minutes = 5;

type On = Omit<Parameters<Metric['createAlarm']>[2], 'evaluationPeriods'>;

function alarmOn(scope: Construct, id: string, metric: Metric, on: On): Alarm {
  return metric.createAlarm(scope, id, { ...on, evaluationPeriods: bad_minutes });
}
