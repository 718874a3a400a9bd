import { expect, test } from 'vitest';
import { restartDocument } from '../../../infra/stores/msk/restart-document.ts';

interface Step {
  name: string;
  action: string;
  inputs: { [name: string]: unknown };
  outputs?: { Name: string; Selector: string; Type: string }[];
  nextStep?: string;
  isEnd?: boolean;
  maxAttempts: number;
  timeoutSeconds: number;
  onFailure: string;
}
const order = {
  store: 'orders',
  clusterArn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b-1',
  table: 'runs',
  roleArn: 'arn:aws:iam::210987654321:role/restart',
};
const document = restartDocument(order) as { schemaVersion: string; assumeRole: string; mainSteps: Step[]; parameters?: object };
const steps = document.mainSteps;
const [take, restart, receipt] = steps as [Step, Step, Step];

test('the document takes nothing from whoever starts it: role, cluster and table are written in it', () => {
  expect(document).toMatchObject({ schemaVersion: '0.3', assumeRole: order.roleArn });
  expect(document.parameters).toBeUndefined();
});

test('takes the victim first, by a write that only an announcement in a held lease lets through', () => {
  expect(take.inputs).toEqual({
    Service: 'dynamodb',
    Api: 'UpdateItem',
    TableName: 'runs',
    Key: { pk: { S: 'STORE#orders' }, sk: { S: 'LEASE' } },
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
  });
  expect(take.outputs?.map(({ Name, Selector }) => [Name, Selector])).toContainEqual(['victim_id', '$.Attributes.victim_id.S']);
});

test('then restarts that broker of that cluster, and leaves a receipt under its token', () => {
  expect(restart.inputs).toEqual({
    Service: 'kafka',
    Api: 'RebootBroker',
    ClusterArn: order.clusterArn,
    BrokerIds: ['{{ TakeTheVictim.victim_id }}'],
  });
  expect(receipt.inputs).toMatchObject({
    Api: 'PutItem',
    Item: {
      pk: { S: 'HIT#{{ TakeTheVictim.token }}' },
      sk: { S: 'HIT' },
      victim: { S: '{{ TakeTheVictim.victim }}' },
      operation: { S: '{{ RestartTheBroker.operation }}' },
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
});

test('ends there, without a second try of anything', () => {
  expect(steps.map(({ nextStep, isEnd }) => nextStep ?? isEnd)).toEqual(['RestartTheBroker', 'LeaveTheReceipt', true]);
  expect(steps.map(({ name }) => name)).toEqual(['TakeTheVictim', 'RestartTheBroker', 'LeaveTheReceipt']);
  for (const { action, maxAttempts, onFailure } of steps)
    expect({ action, maxAttempts, onFailure }).toEqual({ action: 'aws:executeAwsApi', maxAttempts: 1, onFailure: 'Abort' });
});

test('names nothing that it was not told: outputs come from steps before, placeholders are defined', () => {
  const known = new Set(['global:DATE_TIME', 'automation:EXECUTION_ID']);
  for (const { name, inputs, outputs = [] } of steps) {
    const text = JSON.stringify(inputs);
    expect([...text.matchAll(/\{\{ ?([^ }]+) ?\}\}/g)].map(([, used]) => used).filter((used) => !known.has(used!))).toEqual([]);
    const used = [...`${inputs.UpdateExpression ?? ''} ${inputs.ConditionExpression ?? ''}`.matchAll(/[#:]\w+/g)].map(([word]) => word);
    const defined = Object.keys({ ...(inputs.ExpressionAttributeNames ?? {}), ...(inputs.ExpressionAttributeValues ?? {}) });
    expect([...new Set(used)].sort()).toEqual(defined.sort());
    for (const { Name } of outputs) known.add(`${name}.${Name}`);
  }
});
