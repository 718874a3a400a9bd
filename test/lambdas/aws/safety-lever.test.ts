import { FisClient } from '@aws-sdk/client-fis';
import { afterEach, expect, test } from 'vitest';
import { readSafetyLever } from '../../../lambdas/aws/safety-lever.ts';
import { type Answer, loopbackApi } from './loopback-api.ts';

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

async function ask(answer: Answer) {
  const api = await loopbackApi(() => answer);
  open = api;
  const read = await readSafetyLever(new FisClient(api.client)).catch((error: unknown) => error as Error);
  return { read, calls: api.calls };
}

test.each(['disengaged', 'engaged', 'engaging', 'jammed'])(
  'the state %s comes through as it is, from one signed read of the lever',
  async (status) => {
    const { read, calls } = await ask({ body: { safetyLever: { id: 'default', state: { status, reason: 'sale' } } } });
    expect(read).toEqual({ status, reason: 'sale' });
    expect(calls.map(({ method, path, signed }) => ({ method, path, signed }))).toEqual([
      { method: 'GET', path: '/safetyLevers/default', signed: true },
    ]);
  },
);

test('an answer without a state is no answer', async () => {
  expect((await ask({ body: {} })).read).toMatchObject({ message: expect.stringContaining('wanted its state') });
});

test('a refusal is thrown under its own name', async () => {
  expect((await ask({ error: 'AccessDeniedException', status: 403 })).read).toMatchObject({ name: 'AccessDeniedException' });
});
