import { Aws } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { bind, resourcesOf } from '../workflow/bind.ts';
import { startExperiment } from '../workflow/definition.ts';
import { acknowledgeWildcard, experimentIds, experiments, grantAll, type Permission } from './permission.ts';

export interface DrillWorkflowProps {
  /** Name of the machine, known before it exists, so that a handler's role can name its executions. */
  name: string;
  /** The workflow file, its resources not bound yet. */
  definition: unknown;
  /** A function for each `${Name}` of the file: the table that binds it and from which every grant comes. */
  functions: { [task: string]: IFunction };
  /** ARNs of the experiment templates that it may start, and no others. */
  templates: string[];
}

/** The drill's state machine from the workflow file. CDK cannot see the tasks of a file and grants nothing, so the grants are derived here. */
export class DrillWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: DrillWorkflowProps) {
    super(scope, id);
    const table = Object.fromEntries(Object.entries(props.functions).map(([task, each]) => [task, each.functionArn]));
    const bound = bind(props.definition, table);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: props.name,
      definitionBody: DefinitionBody.fromString(JSON.stringify(bound)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    grantAll(this, this.machine, grants(resourcesOf(bound), Object.values(table), props.templates));
    acknowledgeWildcard(this, '*', 'X-Ray and the delivery of logs, which CDK grants with the machine, name no resource');
  }
}

/** A permission for every resource that the bound file names; a resource nobody knows is refused rather than left without one. */
function grants(resources: string[], functions: string[], templates: string[]): Permission[] {
  const permissions: Permission[] = [
    { actions: ['lambda:InvokeFunction'], resources: resources.filter((each) => functions.includes(each)) },
  ];
  for (const resource of resources.filter((each) => !functions.includes(each))) {
    if (resource !== startExperiment)
      throw new Error(`task resource ${resource}: got no grant for it, wanted one; write down what it needs`);
    // The call is checked against the template and against the experiment that it makes.
    permissions.push({ actions: ['fis:StartExperiment'], resources: [...templates, experiments], because: experimentIds });
    permissions.push({ actions: ['fis:TagResource'], resources: [experiments], because: experimentIds });
    // The first experiment of an account makes this role with the rights of whoever starts it.
    permissions.push({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/fis.amazonaws.com/AWSServiceRoleForFIS`],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'fis.amazonaws.com' } },
    });
  }
  return permissions;
}
