import { createHash } from 'node:crypto';
import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { grantAll, type Permission } from './permission.ts';

const here = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;

/** Every execution of an Automation of this account and Region. */
export const executions = `arn:${Aws.PARTITION}:ssm:${here}:automation-execution/*`;

/** Why executions are not named. */
export const executionIds = 'executions get their ids when they start; which document may start is limited by its name';

export interface SsmDocumentProps {
  /** Begins its name. */
  name: string;
  type: 'Automation' | 'Command';
  content: object;
}

/** A document whose name ends in a hash of its content, so that version 1, the only one, is all of it. */
export class SsmDocument extends Construct {
  readonly documentName: string;
  readonly documentArn: string;
  readonly documentVersion = '1';

  constructor(scope: Construct, id: string, { name, type, content }: SsmDocumentProps) {
    super(scope, id);
    const hash = createHash('sha256')
      .update(JSON.stringify(Stack.of(this).resolve(content)))
      .digest('hex')
      .slice(0, 10);
    this.documentName = `${name}-${hash}`;
    this.documentArn = `arn:${Aws.PARTITION}:ssm:${here}:document/${this.documentName}`;
    new CfnDocument(this, 'Document', {
      name: this.documentName,
      documentType: type,
      documentFormat: 'JSON',
      content,
      updateMethod: 'NewVersion',
    });
  }
}

export interface AutomationProps {
  /** Begins the document's name. */
  name: string;
  /** The document with the role that it takes on. */
  content(roleArn: string): object;
  /** What the role may do. */
  permissions: Permission[];
}

/** An Automation with a role of its own. */
export class Automation extends Construct {
  readonly document: SsmDocument;
  /** What whoever starts, follows and stops it must be allowed. */
  readonly permissions: Permission[];

  constructor(scope: Construct, id: string, { name, content, permissions }: AutomationProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ssm.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': executions } },
      }),
    });
    grantAll(this, role, permissions);
    this.document = new SsmDocument(this, 'Content', { name, type: 'Automation', content: content(role.roleArn) });
    // The document is made only when its role can do what it says.
    this.document.node.addDependency(role);
    this.permissions = startPermissions(this.document, role.roleArn);
  }
}

/** Starting is checked against the document, against the execution that it makes, and in some Regions against the older name of the document. */
function startPermissions({ documentArn, documentName }: SsmDocument, roleArn: string): Permission[] {
  const older = `arn:${Aws.PARTITION}:ssm:${here}:automation-definition/${documentName}:*`;
  return [
    { actions: ['ssm:StartAutomationExecution'], resources: [documentArn, older, executions], because: executionIds },
    { actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'], resources: [executions], because: executionIds },
    { actions: ['iam:PassRole'], resources: [roleArn], conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } } },
  ];
}
