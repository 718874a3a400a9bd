import { Aws } from 'aws-cdk-lib';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { experiments, grantAll, type Permission } from './permission.ts';

export interface ExperimentTemplateProps {
  /** Shown in the console, beside the drill's title. */
  name: string;
  description: string;
  actions: { [name: string]: CfnExperimentTemplate.ExperimentTemplateActionProperty };
  /** Empty where an Automation finds its own target. */
  targets: { [name: string]: CfnExperimentTemplate.ExperimentTemplateTargetProperty };
  /** ARNs of the alarms that stop it, one to five. */
  stopAlarms: string[];
  /** What FIS may do on the target, in a role that nothing else uses. */
  permissions: Permission[];
}

const deliverLogs: Permission = {
  actions: ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
  resources: ['*'],
  because: 'the delivery of logs names no resource',
};

/** One FIS experiment template with its role and its log, always with a stop condition. */
export class ExperimentTemplate extends Construct {
  /** Id of the template. */
  readonly templateId: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ExperimentTemplateProps) {
    super(scope, id);
    if (props.stopAlarms.length < 1 || props.stopAlarms.length > 5)
      throw new Error(`experiment template ${props.name}: got ${props.stopAlarms.length} stop alarms, wanted one to five`);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('fis.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': experiments } },
      }),
    });
    grantAll(this, this.role, [...props.permissions, deliverLogs]);
    const log = new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS });
    const template = new CfnExperimentTemplate(this, 'Template', {
      description: props.description,
      roleArn: this.role.roleArn,
      actions: props.actions,
      targets: props.targets,
      stopConditions: props.stopAlarms.map((value) => ({ source: 'aws:cloudwatch:alarm', value })),
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      // CDK passes this member on as it is written, so it has CloudFormation's own case; the ARN must end in `:*`.
      logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { LogGroupArn: log.logGroupArn } },
      tags: { Name: props.name },
    });
    // FIS checks its role when the template is made.
    template.node.addDependency(this.role);
    this.templateId = template.attrId;
  }
}
