import { Aws } from 'aws-cdk-lib';
import { executionIds, executions, type SsmDocument } from '../../automation.ts';
import { onKeys, type Permission } from '../../permission.ts';

/** What a target's permissions speak of. */
export interface EtcdResources {
  instances: string[];
  status: SsmDocument;
  undo: SsmDocument;
  tableArn: string;
  tlsSecret: string | null;
  /** ARN of the snapshots' objects; null where none can be restored. */
  snapshots: string | null;
}

/** Tag that scratch instances carry; its value is the name of their target. */
export const scratch_tag = 'quorum-drills-scratch';

const answers: Permission = {
  actions: ['ssm:GetCommandInvocation'],
  resources: ['*'],
  because: 'Systems Manager names no resource for the outcome of a command',
};

/** The right to run a document on instances; with a tag only on those that carry it. */
export function sendPermissions(document: SsmDocument, instances: string[], tag: { [key: string]: string } = {}): Permission[] {
  const onTagged = Object.entries(tag).map(([key, value]) => [`ssm:resourceTag/${key}`, value]);
  return [
    { actions: ['ssm:SendCommand'], resources: [document.documentArn] },
    {
      actions: ['ssm:SendCommand'],
      resources: instances.map((id) => `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:instance/${id}`),
      ...(onTagged.length > 0 && { conditions: { StringEquals: Object.fromEntries(onTagged) } }),
    },
  ];
}

/** What an Automation needs to take its victims from the lease and to run commands on them. */
export function faultPermissions(store: string, tableArn: string, send: Permission[]): Permission[] {
  return [
    { actions: ['dynamodb:UpdateItem'], resources: [tableArn], conditions: onKeys(`STORE#${store}`) },
    { actions: ['dynamodb:PutItem'], resources: [tableArn], conditions: onKeys('HIT#*') },
    ...send,
    {
      actions: ['ssm:ListCommands', 'ssm:ListCommandInvocations', 'ssm:DescribeInstanceInformation'],
      resources: ['*'],
      because: 'these lists name no resource; an Automation follows its commands by them',
    },
  ];
}

/** What each task needs on a target besides what it needs of the suite. */
export function etcdPermissions(of: EtcdResources): { [task: string]: Permission[] } {
  const seeing = [...sendPermissions(of.status, of.instances), answers];
  const following: Permission[] = [
    { actions: ['dynamodb:GetItem'], resources: [of.tableArn], conditions: onKeys('HIT#*') },
    { actions: ['ssm:GetAutomationExecution'], resources: [executions], because: executionIds },
    answers,
  ];
  const bringingBack: Permission[] = [
    ...sendPermissions(of.undo, of.instances),
    ...(of.snapshots === null
      ? []
      : [{ actions: ['s3:DeleteObject'], resources: [of.snapshots], because: 'a snapshot is named by its restore' }]),
  ];
  const certificates: Permission[] =
    of.tlsSecret === null ? [] : [{ actions: ['secretsmanager:GetSecretValue'], resources: [of.tlsSecret] }];
  return {
    // A lease that is taken over may stand on a fault that nobody undid.
    Claim: [...following, ...bringingBack],
    Preflight: seeing,
    Readmit: seeing,
    Watch: [...seeing, ...following],
    Heal: [...seeing, ...following, ...bringingBack],
    Collect: [...seeing, ...following],
    Witness: certificates,
    Readback: certificates,
  };
}
