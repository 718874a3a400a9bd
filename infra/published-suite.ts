import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Drill } from '../core/drill.ts';
import { drillParameter, memoryParameter, settingsParameter } from '../drills/target.ts';
import { suiteNeeds, targetNeeds } from './task-needs.ts';

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
    new StringParameter(this, 'Memory', {
      parameterName: memoryParameter(suite.name),
      description: 'Memory of each task in megabytes; the drill command computes costs from it.',
      stringValue: JSON.stringify(memory_mb()),
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

/** The same for every target: their functions differ in what they carry, not in their size. */
function memory_mb(): { [task: string]: number } {
  const needs = { ...suiteNeeds([]), ...targetNeeds('msk') };
  return Object.fromEntries(Object.entries(needs).map(([task, { memory_mb }]) => [task, memory_mb]));
}
