import { describe, expect, test } from 'vitest';
import { ResultTooLarge, reason, result_limit_bytes, task } from '../../lambdas/task.ts';
import { virtualWorld } from '../virtual/world.ts';

const world = virtualWorld();
const answering = (answer: () => unknown) => task('Answer', async () => answer())(world.tools);

describe('the wrapper', () => {
  test.each([
    ['at the limit', result_limit_bytes - 2, true],
    ['one byte above it', result_limit_bytes - 1, false],
  ])('lets a result pass only up to 32 KiB: %s', async (_what, letters, fits) => {
    const answer = answering(() => 'x'.repeat(letters))({ run: 'run-1' });
    await (fits ? expect(answer).resolves.toHaveLength(letters) : expect(answer).rejects.toThrow(ResultTooLarge));
  });

  test('counts bytes, not letters', async () => {
    await expect(answering(() => 'ä'.repeat(result_limit_bytes / 2))({ run: 'run-1' })).rejects.toThrow(`${result_limit_bytes + 2} bytes`);
  });

  test.each([[undefined], [null], [{}], [{ run: '' }], [{ run: 7 }], ['run-1']])('refuses an input without a run: %j', async (input) => {
    await expect(answering(() => 1)(input)).rejects.toMatchObject({ name: 'TaskInputInvalid' });
  });

  test.each([
    ['postgres://drill:hunter2@10.0.0.1/db is gone', 'postgres://drill:***@10.0.0.1/db is gone'],
    ['https://bucket/key?token=abc&x=1', 'https://bucket/key?token=***&x=1'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:5432'],
  ])('throws without credentials: %s', async (message, wanted) => {
    const failing = answering(() => {
      throw new Error(message);
    });
    await expect(failing({ run: 'run-1' })).rejects.toThrow(wanted);
  });

  test("cuts other people's words", () => {
    expect(reason(new Error('x'.repeat(5_000)))).toHaveLength(1_000 + '... (5000 characters)'.length);
    expect(reason('plain')).toBe('plain');
  });
});
