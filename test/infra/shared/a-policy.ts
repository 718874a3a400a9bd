import type { Template } from 'aws-cdk-lib/assertions';
import { flat, type Statement, statements } from '../synthesized.ts';

/** One call, as IAM sees it. `key` is DynamoDB's leading key. */
export interface Call {
  action: string;
  resource: string;
  key?: string;
}

/** Whether the policies of a role allow a call: the part of IAM's logic that these policies use. */
export function allows(template: Template, role: string): (call: Call) => boolean {
  const own = statements(template).filter((statement) => statement.role === role && statement.effect === 'Allow');
  return (call) => own.some((statement) => covers(statement, call));
}

function covers({ actions, resources, condition }: Statement, { action, resource, key }: Call): boolean {
  return actions.includes(action) && resources.some((each) => like(flat(each), resource)) && holds(condition, key);
}

/** Any other condition than the one on leading keys is unknown here, and does not hold. */
function holds(condition: unknown, key: string | undefined): boolean {
  if (condition === undefined) return true;
  const { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys = [] } = {}, ...others } = condition as {
    [operator: string]: { [name: string]: string | string[] };
  };
  return Object.keys(others).length === 0 && key !== undefined && [keys].flat().some((pattern) => like(pattern, key));
}

function like(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}
