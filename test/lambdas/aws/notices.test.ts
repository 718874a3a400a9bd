import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, test } from 'vitest';
import { awsNotices } from '../../../lambdas/aws/notices.ts';
import type { Notice } from '../../../lambdas/tools.ts';
import { type Answer, type Call, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

const notice: Notice = { run: 'run-1', drill: 'aurora-failover', kind: 'verdict', text: 'pass A' };

/** Only the bus speaks JSON; what people are told goes nowhere, and must be refused. */
async function publish(answer: Answer, kind: Notice['kind']) {
  const api = await loopbackApi(() => answer);
  open = api;
  const nobody = new SNSClient({ ...api.client, endpoint: 'http://127.0.0.1:9' });
  const notices = awsNotices(new EventBridgeClient(api.client), 'drills', nobody, 'arn:aws:sns:eu-west-1:1:t');
  const failed = await notices.publish({ ...notice, kind }).then(
    () => null,
    (error: Error) => error.message,
  );
  return { calls: api.calls as Call[], failed };
}

const taken: Answer = { body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } };
const refused: Answer = { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try later' }] } };

test('an event says what it is about, in a version', async () => {
  const { calls, failed } = await publish(taken, 'phase');
  expect(failed).toBeNull();
  const [entry] = calls[0]!.body.Entries as { [field: string]: string }[];
  expect(entry).toMatchObject({ EventBusName: 'drills', Source: 'quorum-drills', DetailType: 'Drill phase' });
  expect(JSON.parse(entry?.Detail ?? '')).toEqual({ version: 1, ...notice, kind: 'phase' });
});

test('an event that the bus did not take is a failure, though the call succeeded', async () => {
  expect((await publish(refused, 'phase')).failed).toBe(
    'notice phase of run run-1: event on drills: got InternalFailure (try later), wanted it accepted',
  );
});

test('an answer that says nothing of it is none that took it', async () => {
  expect((await publish({ body: {} }, 'phase')).failed).toMatch(/got no word/);
});

test.each(['refused', 'verdict', 'unhealed', 'swept'] as const)(
  'people are told of %s, and each way is tried when the other fails',
  async (kind) => {
    const { calls, failed } = await publish(taken, kind);
    expect(calls).toHaveLength(1);
    expect(failed).toMatch(new RegExp(`^notice ${kind} of run run-1: .`));
  },
);
