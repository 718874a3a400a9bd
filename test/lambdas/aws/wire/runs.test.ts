import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { restartDocument } from '../../../../infra/stores/msk/restart-document.ts';
import { wallClock } from '../../../../lambdas/aws/clock.ts';
import { DynamoRuns } from '../../../../lambdas/aws/runs.ts';
import type { RunRow, Step } from '../../../../lambdas/tools.ts';
import { aRun, runsConformance } from '../../runs-conformance.ts';
import { aTable } from './a-table.ts';
import { overMoto } from './over-moto.ts';

interface OnTrial {
  runs: DynamoRuns;
  dynamodb: DynamoDBClient;
  table: string;
}

async function onTrial(): Promise<OnTrial> {
  const { dynamodb, table } = await aTable();
  return { runs: new DynamoRuns(dynamodb, table, wallClock()), dynamodb, table };
}

const step = (number: number, ...victims: string[]): Step => ({
  step: number,
  template: 'EXT1',
  token: `a/${number}`,
  victims,
  injecting_at: 1,
  experiment: null,
});

const announcing =
  (...steps: Step[]) =>
  (row: RunRow): RunRow => ({ ...row, phase: 'injecting', steps });
const halting = (row: RunRow): RunRow => ({ ...row, halt: { at: 2, by: 'person', why: 'enough' } });

/** The lease as an Automation reads it. */
async function lease({ dynamodb, table }: OnTrial) {
  const Key = { pk: { S: 'STORE#store-1' }, sk: { S: 'LEASE' } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Object.fromEntries(Object.entries(Item ?? {}).map(([name, value]) => [name, value.S ?? Number(value.N)]));
}

/** The first step of an Automation: takes the announcement, once, or ends having done nothing. */
async function take({ dynamodb, table }: OnTrial, now: number): Promise<string | undefined> {
  const taken = await dynamodb
    .send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: 'STORE#store-1' }, sk: { S: 'LEASE' } },
        UpdateExpression: 'SET #phase = :injected',
        ConditionExpression: '#phase = :injecting AND #expires_at > :now',
        ExpressionAttributeNames: { '#phase': 'phase', '#expires_at': 'expires_at' },
        ExpressionAttributeValues: { ':injected': { S: 'injected' }, ':injecting': { S: 'injecting' }, ':now': { N: String(now) } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    .catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
    });
  return taken?.Attributes?.victim?.S;
}

overMoto('DynamoDB', () => {
  runsConformance('a table', async () => (await onTrial()).runs);

  test('a step is on the lease with the same write that puts it into the row', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'broker-2')));
    expect(await lease(it)).toMatchObject({
      state: 'held',
      run: 'a',
      fence: 1,
      expires_at: 600_000,
      phase: 'injecting',
      step: 1,
      token: 'a/1',
      victim: 'broker-2',
    });
    expect(await take(it, 599_999)).toBe('broker-2');
  });

  test('the Automation that restarts a broker takes it from the lease as its document says', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'broker-2')));
    const document = restartDocument({ store: 'store-1', clusterArn: 'arn:cluster', table: it.table, roleArn: 'arn:role' });
    const { inputs } = (document as { mainSteps: { name: string; inputs: object }[] }).mainSteps.find(
      ({ name }) => name === 'TakeTheVictim',
    )!;
    const asked = (now: string) => JSON.parse(JSON.stringify(inputs).replace('{{ global:DATE_TIME }}', now)) as UpdateItemCommandInput;
    const taken = (now: string) => it.dynamodb.send(new UpdateItemCommand(asked(now)));
    await expect(taken('1970-01-01_00.10.00')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await taken('1970-01-01_00.09.59')).Attributes).toMatchObject({ victim_id: { S: '2' }, token: { S: 'a/1' }, run: { S: 'a' } });
    await expect(taken('1970-01-01_00.09.59')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('several victims are a JSON list', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'm1', 'm2')));
    expect(await lease(it)).toMatchObject({ victim: '["m1","m2"]' });
  });

  test('an Automation takes a step once, and not past the expiry of the lease', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    expect(await take(it, 0)).toBeUndefined();
    await it.runs.change('a', announcing(step(1, 'm1')));
    expect(await take(it, 600_000)).toBeUndefined();
    expect(await take(it, 0)).toBe('m1');
    expect(await take(it, 0)).toBeUndefined();
  });

  test('the id of the experiment, which may be there first, leaves the step to be taken', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'm1')));
    await it.runs.change('a', (row) => ({ ...row, phase: 'injected', steps: [{ ...step(1, 'm1'), experiment: 'EXP1' }] }));
    expect(await take(it, 0)).toBe('m1');
    await it.runs.change('a', announcing({ ...step(1, 'm1'), experiment: 'EXP1' }, step(2, 'm2')));
    expect(await take(it, 0)).toBe('m2');
  });

  test.each<[string, (it: OnTrial) => Promise<unknown>]>([
    ['halted', ({ runs }) => runs.change('a', halting)],
    ['healing', ({ runs }) => runs.change('a', (row) => ({ ...row, phase: 'healing' }))],
    ['released', ({ runs }) => runs.release('a', 'free', 'done')],
    ['quarantined', ({ runs }) => runs.release('a', 'quarantined', 'ill')],
  ])('a run that is %s leaves nothing to be taken', async (_, end) => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'm1')));
    await end(it);
    expect(await take(it, 0)).toBeUndefined();
    expect(await lease(it)).toMatchObject({ phase: 'over' });
  });

  test('nor does a step that is announced again after it was taken, which is refused and not written', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'm1')));
    await take(it, 0);
    await expect(it.runs.change('a', announcing(step(1, 'm2')))).rejects.toMatchObject({ name: 'LeaseLost' });
    expect((await it.runs.read('a'))?.steps[0]?.victims).toEqual(['m1']);
    expect(await take(it, 0)).toBeUndefined();
  });

  test('a step announced again before it was taken names the victim admitted last', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.change('a', announcing(step(1, 'm1')));
    await it.runs.change('a', announcing(step(1, 'm2')));
    expect(await take(it, 0)).toBe('m2');
  });

  test("a run whose lease is another one's announces nothing, halts all the same, and leaves the other one's step alone", async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    await it.runs.claim(aRun('b', { claimed_at: 600_001, expires_at: 1_200_000, takeover: true }));
    await expect(it.runs.change('a', announcing(step(1, 'm1')))).rejects.toThrow(/held by b with fence 2, wanted a with fence 1/);
    await it.runs.change('b', announcing({ ...step(1, 'm2'), token: 'b/1' }));
    expect(await it.runs.change('a', halting)).toMatchObject({ halt: { by: 'person' } });
    expect(await take(it, 0)).toBe('m2');
  });

  test('an answer that is lost on the way back is the same write, not a second one', async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    let lost = 0;
    it.dynamodb.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName !== 'PutItemCommand' || lost > 0) return result;
        lost += 1;
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      },
      { step: 'deserialize', priority: 'low', name: 'loseOneAnswer' },
    );
    const row = await it.runs.change('a', (own) => ({ ...own, margins: [...own.margins, { at: 1, margin: 1 }] }));
    expect(lost).toBe(1);
    expect(row).toMatchObject({ version: 2, margins: [{ at: 1, margin: 1 }] });
    expect(await it.runs.read('a')).toEqual(row);
  });

  test("a row that grew beyond a table's item is refused by name, and the row stays as it was", async () => {
    const it = await onTrial();
    await it.runs.claim(aRun('a'));
    const noise = randomBytes(400_000).toString('base64');
    const grown = it.runs.change('a', (row) => ({ ...row, events: [{ at: 1, what: 'claimed', text: noise }] }));
    await expect(grown).rejects.toMatchObject({ name: 'RowTooLarge', message: expect.stringContaining('wanted at most 389120') });
    expect(await it.runs.read('a')).toMatchObject({ version: 1 });
  });
});
