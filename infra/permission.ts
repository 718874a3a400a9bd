import { Aws, Validations } from 'aws-cdk-lib';
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
  Validations.of(owner).acknowledge({ id: `AwsSolutions-IAM5[Resource::${printed(resource)}]`, reason });
}

/** As cdk-nag prints a resource: pseudo parameters in angle brackets. */
function printed(resource: string): string {
  const names: [string, string][] = [
    [Aws.PARTITION, 'AWS::Partition'],
    [Aws.REGION, 'AWS::Region'],
    [Aws.ACCOUNT_ID, 'AWS::AccountId'],
    [Aws.STACK_NAME, 'AWS::StackName'],
  ];
  return names.reduce((text, [token, name]) => text.replaceAll(token, `<${name}>`), resource);
}
