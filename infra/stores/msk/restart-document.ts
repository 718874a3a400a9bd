/** What the document is told of its target. */
export interface RestartOrder {
  /** Key of the lease. */
  store: string;
  clusterArn: string;
  table: string;
  roleArn: string;
}

/** Seconds that one call may take at most, which is Systems Manager's own limit. */
const call_s = 25;

/** Longest time of the whole Automation, for FIS: more than all of its calls together. */
export const restart_limit = 'PT3M';

/**
 * The Automation that restarts one broker. It takes the victim from the lease by a conditional write, so that it acts once for
 * each announcement and for none that was withdrawn; asks MSK to restart that broker; and leaves a receipt that says whom it hit.
 * It ends when the restart is accepted: the drill's workflow watches MSK's operation.
 */
export function restartDocument(order: RestartOrder): object {
  return {
    schemaVersion: '0.3',
    description: 'Restarts the broker that a running drill has announced in its lease, and does nothing without an announcement.',
    assumeRole: order.roleArn,
    mainSteps: [takeTheVictim(order), restartTheBroker(order), leaveTheReceipt(order)],
  };
}

/** Names and their types are DynamoDB's. Nothing is tried again: a second try would find its own write and end there. */
function takeTheVictim({ store, table }: RestartOrder): object {
  return step('TakeTheVictim', 'RestartTheBroker', {
    inputs: {
      Service: 'dynamodb',
      Api: 'UpdateItem',
      TableName: table,
      Key: { pk: { S: `STORE#${store}` }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #phase = :injected',
      ConditionExpression: '#state = :held AND #phase = :injecting AND #expires_text > :now AND attribute_exists(#victim_id)',
      ExpressionAttributeNames: { '#state': 'state', '#phase': 'phase', '#expires_text': 'expires_text', '#victim_id': 'victim_id' },
      ExpressionAttributeValues: {
        ':held': { S: 'held' },
        ':injecting': { S: 'injecting' },
        ':injected': { S: 'injected' },
        ':now': { S: '{{ global:DATE_TIME }}' },
      },
      ReturnValues: 'ALL_NEW',
    },
    outputs: ['victim', 'victim_id', 'token', 'run'].map((Name) => ({ Name, Selector: `$.Attributes.${Name}.S`, Type: 'String' })),
  });
}

function restartTheBroker({ clusterArn }: RestartOrder): object {
  return step('RestartTheBroker', 'LeaveTheReceipt', {
    inputs: { Service: 'kafka', Api: 'RebootBroker', ClusterArn: clusterArn, BrokerIds: ['{{ TakeTheVictim.victim_id }}'] },
    outputs: [{ Name: 'operation', Selector: '$.ClusterOperationArn', Type: 'String' }],
  });
}

function leaveTheReceipt({ table }: RestartOrder): object {
  return step('LeaveTheReceipt', null, {
    inputs: {
      Service: 'dynamodb',
      Api: 'PutItem',
      TableName: table,
      Item: {
        pk: { S: 'HIT#{{ TakeTheVictim.token }}' },
        sk: { S: 'HIT' },
        run: { S: '{{ TakeTheVictim.run }}' },
        victim: { S: '{{ TakeTheVictim.victim }}' },
        operation: { S: '{{ RestartTheBroker.operation }}' },
        automation: { S: '{{ automation:EXECUTION_ID }}' },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
}

function step(name: string, next: string | null, call: object): object {
  const then = next === null ? { isEnd: true } : { nextStep: next };
  return { name, action: 'aws:executeAwsApi', timeoutSeconds: call_s, maxAttempts: 1, onFailure: 'Abort', ...call, ...then };
}
