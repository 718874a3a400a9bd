import { Aws } from 'aws-cdk-lib';
import { onKeys, type Permission } from '../permission.ts';

/** ARNs of what the permissions speak of. */
export interface SharedArns {
  table: string;
  evidence: string;
  topic: string;
  bus: string;
}

const here = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;

/** Partition keys of the table (lambdas/aws/dynamodb-items.ts). */
const rows = 'RUN#*';
const slots = 'SLOT#*';
const leaseOf = (target: string): string => `STORE#${target}`;

/** Index of the rows not released, and its one partition key. */
export const unreleased = { index: 'unreleased', key: 'yes' };

/** Documents of any run in the evidence bucket (lambdas/store-evidence.ts). */
const documents = { segments: '*/segments/*.json', readback: '*/readback.json', record: '*/record.json', report: '*/report.json' };
type Kind = keyof typeof documents;

/** What each task, and Sweep, needs of what all targets share; `targets` name the leases, `calendars` are names or ARNs. */
export function sharedPermissions(arns: SharedArns, targets: string[], calendars: string[]): { [task: string]: Permission[] } {
  const leases = targets.map(leaseOf);
  const items = (actions: string[], ...keys: string[]) => ({ actions, resources: [arns.table], conditions: onKeys(...keys) });
  const row = items(['dynamodb:GetItem', 'dynamodb:PutItem'], rows);
  const seeLease = items(['dynamodb:GetItem'], ...leases);
  const moveLease = items(['dynamodb:UpdateItem'], ...leases);
  const reads = (...kinds: Kind[]) => readPermissions(arns.evidence, kinds);
  const writes = (kind: Kind) => writePermission(arns.evidence, kind);
  const publish: Permission[] = [
    { actions: ['events:PutEvents'], resources: [arns.bus] },
    { actions: ['sns:Publish'], resources: [arns.topic] },
  ];
  return {
    Claim: [items(['dynamodb:GetItem', 'dynamodb:PutItem'], rows, slots, ...leases), moveLease],
    Preflight: [row, seeLease, ...publish, ...freezePermissions(calendars)],
    Readmit: [row, seeLease, moveLease],
    Watch: [row, moveLease],
    Halt: [row, moveLease],
    Heal: [row, seeLease, moveLease],
    Witness: [row, writes('segments')],
    Readback: [row, ...reads('segments'), writes('readback')],
    Collect: [row, ...reads('segments', 'readback'), writes('record')],
    Grade: [row, ...reads('record', 'report'), writes('report')],
    Release: [row, moveLease, ...publish],
    // It reads back as well, and of a run without lanes that leaves an empty document.
    Sweep: [
      { actions: ['dynamodb:Query'], resources: [`${arns.table}/index/${unreleased.index}`], conditions: onKeys(unreleased.key) },
      writes('readback'),
    ],
  };
}

const because = 'documents are named by their runs';

/** Without the right to list, S3 calls a document that is not there a denied one. */
function readPermissions(evidence: string, kinds: Kind[]): Permission[] {
  return [
    { actions: ['s3:ListBucket'], resources: [evidence] },
    { actions: ['s3:GetObject'], resources: kinds.map((kind) => `${evidence}/${documents[kind]}`), because },
  ];
}

function writePermission(evidence: string, kind: Kind): Permission {
  return { actions: ['s3:PutObject'], resources: [`${evidence}/${documents[kind]}`], because };
}

/** What may forbid a drill: change calendars, and the account's safety lever. */
function freezePermissions(calendars: string[]): Permission[] {
  const lever = { actions: ['fis:GetSafetyLever'], resources: [`arn:${Aws.PARTITION}:fis:${here}:safety-lever/default`] };
  if (calendars.length === 0) return [lever];
  const documentArn = (name: string) => (name.startsWith('arn:') ? name : `arn:${Aws.PARTITION}:ssm:${here}:document/${name}`);
  return [lever, { actions: ['ssm:GetCalendarState'], resources: calendars.map(documentArn) }];
}
