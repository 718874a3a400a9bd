import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Drill } from '../core/drill.ts';
import { drillParameter, settingsParameter } from '../drills/target.ts';

/**
 * Tells the command what its functions are told: the suite's settings, and each drill as configured, in parameters of their own
 * (a free one holds 4 KiB). Nothing in them is secret.
 */
export class PublishedSuite extends Construct {
  constructor(scope: Construct, id: string, suite: { name: string; settings: string; drills: Drill[] }) {
    super(scope, id);
    new StringParameter(this, 'Settings', {
      parameterName: settingsParameter(suite.name),
      description: 'What a suite of drills is; the drill command reads it.',
      stringValue: suite.settings,
    });
    for (const drill of suite.drills) {
      new StringParameter(this, drill.name, {
        parameterName: drillParameter(suite.name, drill.name),
        description: 'A drill as it means here; the drill command reads it.',
        stringValue: JSON.stringify(drill),
      });
    }
  }
}
