import { describe, expect, test } from 'vitest';
import { killLeader, restoreAll } from '../../../../infra/stores/etcd/fault-documents.ts';
import { leaseUpdate } from '../../../../lambdas/aws/runs-lease.ts';
import type { Step as RowStep, RunRow } from '../../../../lambdas/tools.ts';

interface Step {
  name: string;
  action: string;
  inputs: { [name: string]: unknown };
  outputs?: { Name: string }[];
  nextStep?: string;
  isEnd?: boolean;
  maxAttempts?: number;
  timeoutSeconds?: number;
  onFailure?: string;
}
const order = { store: 'control', table: 'runs', roleArn: 'ROLE', command: 'phase-1', instances: ['i-1', 'i-2', 'i-3'] };
const victims = '["etcd-1","etcd-2","etcd-3"]';
const stepsOf = (document: object) => (document as { mainSteps: Step[] }).mainSteps;
const killing = stepsOf(killLeader(order));
const restoring = stepsOf(restoreAll({ ...order, victims, write_s: 3.2 }));
const commandsOf = (steps: Step[]) => steps.filter(({ action }) => action === 'aws:runCommand');

describe.each([
  ['killing', killing],
  ['restoring', restoring],
])('%s', (_, steps) => {
  const [take, receipt] = steps as [Step, Step];

  test('takes the victim first, by a write that only an announcement in a held lease lets through', () => {
    expect(take).toMatchObject({ name: 'TakeTheVictim', onFailure: 'Abort', maxAttempts: 1, nextStep: 'LeaveTheReceipt' });
    expect(take.inputs).toMatchObject({
      Api: 'UpdateItem',
      Key: { pk: { S: 'STORE#control' }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #phase = :injected',
      ConditionExpression: expect.stringContaining('#state = :held AND #phase = :injecting AND #expires_text > :now AND '),
      ReturnValues: 'ALL_NEW',
    });
  });

  test('then leaves a receipt, before anything is broken', () => {
    expect(receipt.inputs).toMatchObject({
      Api: 'PutItem',
      Item: { pk: { S: 'HIT#{{ TakeTheVictim.token }}' }, sk: { S: 'HIT' }, automation: { S: '{{ automation:EXECUTION_ID }}' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(steps.indexOf(receipt)).toBe(1);
  });

  test('goes through its steps in order, and tries nothing twice', () => {
    expect(steps.map(({ nextStep, isEnd }) => nextStep ?? isEnd)).toEqual([...steps.slice(1).map(({ name }) => name), true]);
    for (const { action, maxAttempts } of steps) if (action !== 'aws:sleep') expect(maxAttempts).toBe(1);
    for (const { inputs } of commandsOf(steps))
      expect(inputs).toMatchObject({ DocumentName: 'phase-1', DocumentVersion: '1', MaxErrors: '0' });
  });

  test('names nothing that it was not told', () => {
    const known = new Set(['global:DATE_TIME', 'automation:EXECUTION_ID']);
    for (const { name, inputs, outputs = [] } of steps) {
      const used = [...JSON.stringify(inputs).matchAll(/\{\{ ?([^ }]+) ?\}\}/g)].map(([, word]) => word ?? '');
      expect(used.filter((word) => !known.has(word))).toEqual([]);
      const words = [...`${inputs.UpdateExpression ?? ''} ${inputs.ConditionExpression ?? ''}`.matchAll(/[#:]\w+/g)].map(([word]) => word);
      const defined = Object.keys({ ...(inputs.ExpressionAttributeNames ?? {}), ...(inputs.ExpressionAttributeValues ?? {}) });
      expect([...new Set(words)].sort()).toEqual(defined.sort());
      for (const { Name } of outputs) known.add(`${name}.${Name}`);
    }
  });
});

test('the kill goes to every member, with the one that the lease names', () => {
  const [only, ...more] = commandsOf(killing);
  expect(more).toEqual([]);
  expect(only?.inputs).toMatchObject({ InstanceIds: ['i-1', 'i-2', 'i-3'], Parameters: { victim: ['{{ TakeTheVictim.victim }}'] } });
  expect(only?.name).toBe('Lose');
});

test('a restore saves on one member, and does all else on every one', () => {
  expect(
    commandsOf(restoring).map(({ name, inputs }) => [
      name,
      (inputs.Parameters as { phase: string[] }).phase[0],
      (inputs.InstanceIds as string[]).length,
    ]),
  ).toEqual([
    ['Save', 'save', 1],
    ['Prove', 'prove', 3],
    ['Lose', 'lose', 3],
    ['Restore', 'restore', 3],
    ['Start', 'start', 3],
    ['Verify', 'verify', 3],
    ['Clean', 'clean', 3],
  ]);
});

test('what fails before the loss cleans up; what fails after it leaves the old data where healing finds them', () => {
  expect(Object.fromEntries(commandsOf(restoring).map(({ name, onFailure }) => [name, onFailure]))).toEqual({
    Save: 'step:Clean',
    Prove: 'step:Clean',
    Lose: 'Abort',
    Restore: 'Abort',
    Start: 'Abort',
    Verify: 'Abort',
    Clean: 'Abort',
  });
});

test('writes go on for as long as the drill says, in whole seconds', () => {
  expect(restoring.find(({ action }) => action === 'aws:sleep')?.inputs).toEqual({ Duration: 'PT4S' });
});

test('a restore wants the very victims that a lease announces', () => {
  const step: RowStep = {
    step: 1,
    template: 'EXT',
    token: 'r/1',
    victims: ['etcd-1', 'etcd-2', 'etcd-3'],
    injecting_at: 0,
    experiment: null,
  };
  const row = { store: 'control', run: 'r', fence: 1, expires_at: 1_790_000_000_000 } as RunRow;
  const announced = leaseUpdate('runs', row, { kind: 'announce', step }).ExpressionAttributeValues?.[':victim'];
  expect(restoring[0]?.inputs).toMatchObject({ ExpressionAttributeValues: { ':victims': announced } });
  expect(announced).toBeDefined();
});
