import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import { executions } from '../../../lambdas/aws/step-functions.ts';
import { type Answer, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function running(answer: Answer): Promise<boolean> {
  const api = await loopbackApi(() => answer);
  open = api;
  return executions(new SFNClient(api.client))('arn:aws:states:eu-west-1:1:execution:m:r1');
}

test.each([
  ['RUNNING', true],
  ['PENDING_REDRIVE', true],
  ['SUCCEEDED', false],
  ['FAILED', false],
  ['TIMED_OUT', false],
  ['ABORTED', false],
])('%s: running is %s', async (status, expected) => {
  expect(await running({ body: { status } })).toBe(expected);
});

test('an execution that does not exist is not running', async () => {
  expect(await running({ error: 'ExecutionDoesNotExist' })).toBe(false);
});

test.each<[string, Answer]>([
  ['an unknown status', { body: { status: 'HIBERNATING' } }],
  ['no status', { body: {} }],
  ['no permission', { error: 'AccessDeniedException' }],
  ['a malformed name', { error: 'InvalidArn' }],
])('%s throws, because a lease may be taken only from the dead', async (_, answer) => {
  await expect(running(answer)).rejects.toThrow();
});
