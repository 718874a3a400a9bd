import { createHash } from 'node:crypto';
import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { grantAll, onKeys, type Permission } from '../../permission.ts';
import { type RestartOrder, restartDocument } from './restart-document.ts';

export interface RestartAutomationProps extends Omit<RestartOrder, 'roleArn' | 'table'> {
  /** Begins the document's name. */
  name: string;
  table: { name: string; arn: string };
}

const here = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;
const executions = `arn:${Aws.PARTITION}:ssm:${here}:automation-execution/*`;

/** The document that restarts a broker, with the role that it takes on. Its name ends in a hash of its content, so that version 1 is all of it. */
export class RestartAutomation extends Construct {
  readonly documentArn: string;
  /** The only version under this name. */
  readonly documentVersion = '1';
  /** What whoever starts, follows and stops it must be allowed. */
  readonly permissions: Permission[];

  constructor(scope: Construct, id: string, { name, table, store, clusterArn }: RestartAutomationProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ssm.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': executions } },
      }),
    });
    grantAll(this, role, [
      { actions: ['dynamodb:UpdateItem'], resources: [table.arn], conditions: onKeys(`STORE#${store}`) },
      { actions: ['dynamodb:PutItem'], resources: [table.arn], conditions: onKeys('HIT#*') },
      { actions: ['kafka:RebootBroker'], resources: [clusterArn] },
    ]);
    const content = restartDocument({ store, clusterArn, table: table.name, roleArn: role.roleArn });
    const hash = createHash('sha256')
      .update(JSON.stringify(Stack.of(this).resolve(content)))
      .digest('hex')
      .slice(0, 10);
    const documentName = `${name}-${store}-restart-broker-${hash}`;
    const document = new CfnDocument(this, 'Document', {
      name: documentName,
      documentType: 'Automation',
      documentFormat: 'JSON',
      content,
      updateMethod: 'NewVersion',
    });
    // The document is made only when its role can do what it says.
    document.node.addDependency(role);
    this.documentArn = `arn:${Aws.PARTITION}:ssm:${here}:document/${documentName}`;
    this.permissions = startPermissions(this.documentArn, documentName, role.roleArn);
  }
}

/** Starting is checked against the document, against the execution that it makes, and in some Regions against the older name of the document. */
function startPermissions(documentArn: string, documentName: string, roleArn: string): Permission[] {
  const because = 'executions get their ids when they start; which document may start is limited by its name';
  const older = `arn:${Aws.PARTITION}:ssm:${here}:automation-definition/${documentName}:*`;
  return [
    { actions: ['ssm:StartAutomationExecution'], resources: [documentArn, older, executions], because },
    { actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'], resources: [executions], because },
    { actions: ['iam:PassRole'], resources: [roleArn], conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } } },
  ];
}
