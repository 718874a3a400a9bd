import type { Resolved } from './resolved.ts';

/** One thing that a role must be able to do, or must not. `keys` are what the request tells of itself, by condition key. */
export interface Need {
  action: string;
  resource: string;
  keys?: { [key: string]: string[] };
}

/** One statement with everything written out. */
export interface Grant {
  role: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  conditions: { [operator: string]: { [key: string]: string[] } };
}

interface Written {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Condition?: { [operator: string]: { [key: string]: unknown } };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Every statement of every role's policies. Throws where a role has more than policies of this stack. */
export function grantsIn(resolved: Resolved): Grant[] {
  for (const [id, { ManagedPolicyArns, PermissionsBoundary }] of resolved.of('AWS::IAM::Role'))
    if (ManagedPolicyArns !== undefined || PermissionsBoundary !== undefined)
      throw new Error(`role ${id}: got a policy of somebody else, wanted only those written here`);
  const apart = resolved
    .of('AWS::IAM::Policy')
    .flatMap(([, { Roles, PolicyDocument }]) =>
      (Roles as { Ref: string }[]).flatMap(({ Ref }) => written(PolicyDocument).map((each) => grantOf(resolved, Ref, each))),
    );
  const inline = resolved
    .of('AWS::IAM::Role')
    .flatMap(([id, { Policies = [] }]) =>
      (Policies as { PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) =>
        written(PolicyDocument).map((each) => grantOf(resolved, id, each)),
      ),
    );
  return [...apart, ...inline];
}

function written(document: unknown): Written[] {
  return (document as { Statement: Written[] }).Statement;
}

function grantOf(resolved: Resolved, role: string, { Effect, Action, Resource, Condition = {} }: Written): Grant {
  const conditions = Object.entries(Condition).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, list(values).map((value) => resolved.text(value))])),
  ]);
  return {
    role,
    effect: Effect,
    actions: list(Action) as string[],
    resources: list(Resource).map((each) => resolved.text(each)),
    conditions: Object.fromEntries(conditions),
  };
}

/** Whether a role may do it: some statement allows it and none denies it. */
export function allows(grants: Grant[], role: string, need: Need): boolean {
  const speaking = grants.filter((grant) => grant.role === role && speaksOf(grant, need));
  return speaking.length > 0 && speaking.every(({ effect }) => effect === 'Allow');
}

function speaksOf({ actions, resources, conditions }: Grant, { action, resource, keys = {} }: Need): boolean {
  return (
    actions.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    resources.some((pattern) => like(pattern, resource)) &&
    Object.entries(conditions).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => holds(operator, values, keys[key] ?? [])),
    )
  );
}

/** The operators that this stack uses. ForAllValues holds for a request that tells no value at all, as it does at AWS. */
function holds(operator: string, wanted: string[], got: string[]): boolean {
  const some = (fits: (pattern: string, value: string) => boolean) =>
    got.length > 0 && got.every((value) => wanted.some((each) => fits(each, value)));
  switch (operator) {
    case 'ForAllValues:StringLike':
      return got.length === 0 || some(like);
    case 'ForAllValues:StringEquals':
      return got.length === 0 || some((a, b) => a === b);
    case 'StringEquals':
      return some((a, b) => a === b);
    case 'StringLike':
    case 'ArnLike':
      return some(like);
    case 'Null':
      return wanted.every((value) => (value === 'true') === (got.length === 0));
    default:
      throw new Error(`condition ${operator}: got an operator that is not known here, wanted it written down`);
  }
}

/** IAM's patterns: `*` is any text, `?` any one character. */
export function like(pattern: string, text: string): boolean {
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
}
