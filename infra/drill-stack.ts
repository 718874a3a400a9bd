import { Aws, CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { namesOf } from '../workflow/bind.ts';
import { drillDefinition } from '../workflow/definition.ts';
import { DrillWorkflow } from './drill-workflow.ts';
import { HandlerFunction } from './handler-function.ts';
import { taskNeeds } from './task-needs.ts';
import { taskTimeouts } from './task-timeouts.ts';

const description =
  'quorum-drills: the drill workflow with its handlers and grants. The run table, evidence, probe, topology, calendar and notices ' +
  'have no AWS side yet: an execution fails at its first task, breaks nothing, and ends as DrillUnhealed because Release cannot ' +
  'say how it ended either. Drills run on the lab until they are built.';

/** The state machine with one function for each of its tasks. Its parameters name what may be broken. */
export class DrillStack extends Stack {
  readonly workflow: DrillWorkflow;
  readonly handlers: { [task: string]: HandlerFunction };

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, { description, ...props });
    const template = new CfnParameter(this, 'AuroraFailoverTemplate', {
      description: 'Id of the FIS experiment template that fails the database writer over; the machine may start no other.',
      allowedPattern: 'EXT[0-9A-Za-z]+',
    });
    const cluster = new CfnParameter(this, 'DatabaseCluster', {
      description: 'Identifier of the database cluster under test, whose metrics are read.',
      allowedPattern: '[a-z][a-z0-9-]*',
    });
    const name = `${Aws.STACK_NAME}-drill`;
    this.handlers = this.makeHandlers(name, {
      DRILL_ACCOUNT: Aws.ACCOUNT_ID,
      DRILL_TEMPLATES: this.toJsonString({ 'aurora-failover': template.valueAsString }),
      DRILL_CLUSTER: cluster.valueAsString,
    });
    const functions: { [task: string]: IFunction } = {};
    for (const [task, handler] of Object.entries(this.handlers)) functions[task] = handler.function;
    this.workflow = new DrillWorkflow(this, 'Drill', {
      name,
      definition: drillDefinition,
      functions,
      templates: [`arn:${Aws.PARTITION}:fis:${Aws.REGION}:${Aws.ACCOUNT_ID}:experiment-template/${template.valueAsString}`],
    });
    new CfnOutput(this, 'StateMachine', { value: this.workflow.machine.stateMachineArn });
  }

  private makeHandlers(machine: string, environment: { [name: string]: string }): { [task: string]: HandlerFunction } {
    const needs = taskNeeds(machine);
    const timeouts = taskTimeouts(drillDefinition);
    const handlers: { [task: string]: HandlerFunction } = {};
    for (const task of namesOf(drillDefinition)) {
      const need = needs[task];
      const timeout_s = timeouts.get(task);
      if (need === undefined || timeout_s === undefined)
        throw new Error(`task ${task}: got no function for it, wanted one; add it to infra/task-needs.ts`);
      handlers[task] = new HandlerFunction(this, task, { ...need, timeout_s, environment });
    }
    return handlers;
  }
}
