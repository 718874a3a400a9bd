import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Drill } from '../core/drill.ts';
import { drillDefinition } from '../workflow/definition.ts';
import { DrillWorkflow } from './drill-workflow.ts';
import { HandlerFunction } from './handler-function.ts';
import { templateArn } from './permission.ts';
import type { SharedResources } from './shared/resources.ts';
import type { StoreParts } from './store-parts.ts';
import { forTask, targetNeeds } from './task-needs.ts';
import { taskTimeout_s } from './task-timeouts.ts';

export interface DrillTargetProps {
  /** Name of the state machine. */
  machine: string;
  parts: StoreParts;
  shared: SharedResources;
  drills: Drill[];
  environment: { [name: string]: string };
  /** The functions that all targets share, by task. */
  functions: { [task: string]: IFunction };
}

/** One target's own functions, in its network, and the state machine that runs its drills. */
export class DrillTarget extends Construct {
  readonly workflow: DrillWorkflow;
  readonly handlers: { [task: string]: HandlerFunction } = {};

  constructor(scope: Construct, id: string, { machine, parts, shared, drills, environment, functions }: DrillTargetProps) {
    super(scope, id);
    for (const [task, need] of Object.entries(targetNeeds(parts.target.store))) {
      const permissions = [...need.permissions, ...forTask(task, shared.permissions), ...forTask(task, parts.permissions)];
      const { network } = parts;
      this.handlers[task] = new HandlerFunction(this, task, {
        ...need,
        permissions,
        timeout_s: taskTimeout_s(task),
        environment,
        drills,
        network,
      });
    }
    const own = Object.entries(this.handlers).map(([task, handler]) => [task, handler.function]);
    this.workflow = new DrillWorkflow(this, 'Drill', {
      name: machine,
      definition: drillDefinition,
      functions: { ...functions, ...Object.fromEntries(own) },
      templates: Object.values(parts.templates).map(templateArn),
    });
  }
}
