import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DrillConfig } from './config/schema.ts';
import { DrillSuite } from './drill-suite.ts';

const description =
  'quorum-drills: breaks one thing on purpose in each target, and proves what happened. Nothing runs until it is started or scheduled.';

/** A stack of its own for one suite; whoever has a stack puts a DrillSuite into it. */
export class DrillStack extends Stack {
  readonly suite: DrillSuite;

  constructor(scope: Construct, id: string, config: DrillConfig, props: StackProps = {}) {
    super(scope, id, { description, ...props });
    this.suite = new DrillSuite(this, 'Drills', config);
    const { machines, shared } = this.suite;
    const found = Object.fromEntries(Object.entries(machines).map(([name, machine]) => [name, machine.stateMachineArn]));
    new CfnOutput(this, 'Machines', { description: 'State machine of each target.', value: this.toJsonString(found) });
    new CfnOutput(this, 'Table', { description: 'Runs and leases.', value: shared.table.tableName });
    new CfnOutput(this, 'Evidence', { description: 'Records and reports.', value: shared.evidence.bucketName });
  }
}
