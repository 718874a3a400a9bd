/** Where an Automation takes its victim from and leaves its receipt. */
export interface LeaseOrder {
  /** Key of the lease. */
  store: string;
  table: string;
}

/** The attribute of the lease that must be there; with `equals` only if it says exactly this. */
export interface Announced {
  attribute: 'victim' | 'victim_id';
  equals?: string;
}

/** Seconds that one call may take at most, which is Systems Manager's own limit. */
const call_s = 25;

/**
 * A conditional write of the lease, the first step of every Automation that breaks something: it lets one Automation through for
 * each announcement, and none that was withdrawn. Names and their types are DynamoDB's.
 */
export function takeTheVictim({ store, table }: LeaseOrder, { attribute, equals }: Announced, next: string): object {
  const condition = '#state = :held AND #phase = :injecting AND #expires_text > :now';
  const names = ['state', 'phase', 'expires_text', attribute];
  return apiStep('TakeTheVictim', next, {
    inputs: {
      Service: 'dynamodb',
      Api: 'UpdateItem',
      TableName: table,
      Key: { pk: { S: `STORE#${store}` }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #phase = :injected',
      ConditionExpression: `${condition} AND ${equals === undefined ? `attribute_exists(#${attribute})` : `#${attribute} = :victims`}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':held': { S: 'held' },
        ':injecting': { S: 'injecting' },
        ':injected': { S: 'injected' },
        ':now': { S: '{{ global:DATE_TIME }}' },
        ...(equals !== undefined && { ':victims': { S: equals } }),
      },
      ReturnValues: 'ALL_NEW',
    },
    outputs: [...new Set(['victim', attribute, 'token', 'run'])].map((Name) => ({
      Name,
      Selector: `$.Attributes.${Name}.S`,
      Type: 'String',
    })),
  });
}

/** Says under the step's token which run and execution it was, and what else is given. */
export function leaveTheReceipt({ table }: LeaseOrder, next: string | null, also: { [attribute: string]: string } = {}): object {
  const text = ([name, S]: [string, string]): [string, object] => [name, { S }];
  return apiStep('LeaveTheReceipt', next, {
    inputs: {
      Service: 'dynamodb',
      Api: 'PutItem',
      TableName: table,
      Item: {
        pk: { S: 'HIT#{{ TakeTheVictim.token }}' },
        sk: { S: 'HIT' },
        run: { S: '{{ TakeTheVictim.run }}' },
        ...Object.fromEntries(Object.entries(also).map(text)),
        automation: { S: '{{ automation:EXECUTION_ID }}' },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
}

/** One call of AWS's API. Nothing is tried again: a second try would find its own write and end there. */
export function apiStep(name: string, next: string | null, call: object): object {
  return { name, action: 'aws:executeAwsApi', timeoutSeconds: call_s, maxAttempts: 1, onFailure: 'Abort', ...call, ...onwards(next) };
}

/** Where a step goes on; null ends the Automation. */
export function onwards(next: string | null): object {
  return next === null ? { isEnd: true } : { nextStep: next };
}

/** The whole document. */
export function automationDocument(roleArn: string, description: string, mainSteps: object[]): object {
  return { schemaVersion: '0.3', description, assumeRole: roleArn, mainSteps };
}
