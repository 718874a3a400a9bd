import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DrillDashboard, type ShownTarget } from './dashboard.ts';
import { DeadLetters } from './dead-letters.ts';
import type { SharedResources } from './resources.ts';
import { type ScheduledDrill, Schedules } from './schedules.ts';
import { Sweeper } from './sweeper.ts';

export interface OperationsProps {
  /** The suite's name. */
  name: string;
  shared: SharedResources;
  sweep: LambdaFunction;
  targets: Omit<ShownTarget, 'heartbeat'>[];
  schedules: ScheduledDrill[];
}

/** What a suite does without being asked, and where it is seen: the sweeper's calls, the schedules, the dashboard. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { name, shared, sweep, targets, schedules }: OperationsProps) {
    super(scope, id);
    const { topic } = shared;
    const letters = new DeadLetters(this, 'DeadLetters', { topic });
    const deadLetters = letters.queue;
    const machines = targets.map(({ machine }) => machine.stateMachineArn);
    const { alarms } = new Sweeper(this, 'Sweeper', { sweep, machines, deadLetters, topic });
    new Schedules(this, 'Schedules', { name, drills: schedules, deadLetters });
    new DrillDashboard(this, 'Dashboard', {
      name,
      sweep,
      alarms: [...alarms, letters.alarm],
      targets: targets.map((each) => ({ ...each, heartbeat: shared.heartbeat(each.target.name) })),
    });
  }
}
