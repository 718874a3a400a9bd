import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** A right to do some actions on some resources; `because` says why the resources cannot be named more closely. */
export interface Permission {
  actions: string[];
  resources: string[];
  because?: string;
  /** As IAM writes them: values by key by operator. */
  conditions?: { [operator: string]: { [key: string]: string | string[] } };
}

/** Every experiment of this account and Region. */
export const experiments = `arn:${Aws.PARTITION}:fis:${Aws.REGION}:${Aws.ACCOUNT_ID}:experiment/*`;

/** ARN of an experiment template of this account and Region. */
export function templateArn(id: string): string {
  return `arn:${Aws.PARTITION}:fis:${Aws.REGION}:${Aws.ACCOUNT_ID}:experiment-template/${id}`;
}

/** Limits rights on a table to items whose partition key is like one of these. */
export function onKeys(...keys: string[]): NonNullable<Permission['conditions']> {
  return { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
}

/** Why the experiments that the machine starts are not named. */
export const experimentIds = 'experiments get their ids when they start; which may start is limited by the template';

/** Grants each permission, and tells cdk-nag the reason of each wildcard on `owner`; a wildcard without one stays a finding. */
export function grantAll(owner: IConstruct, to: IGrantable, permissions: Permission[]): void {
  const reasons = new Map<string, Set<string>>();
  for (const { actions, resources, because, conditions = {} } of permissions) {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources, conditions }));
    if (because === undefined) continue;
    for (const resource of resources.filter((each) => each.includes('*'))) {
      reasons.set(resource, new Set([...(reasons.get(resource) ?? []), `${actions.join(', ')}: ${because}`]));
    }
  }
  for (const [resource, why] of reasons) acknowledgeWildcard(owner, resource, [...why].join('; '));
}

/** Acknowledges one wildcard resource in the policies below `owner`. */
export function acknowledgeWildcard(owner: IConstruct, resource: string, reason: string): void {
  Validations.of(owner).acknowledge({ id: `AwsSolutions-IAM5[Resource::${printed(Stack.of(owner).resolve(resource))}]`, reason });
}

/** As cdk-nag prints a resource: references in angle brackets. */
function printed(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': joined,
  } = resolved as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  return joined === undefined ? JSON.stringify(resolved) : joined[1].map(printed).join(joined[0]);
}
