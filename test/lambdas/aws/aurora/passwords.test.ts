import { describe, expect, test } from 'vitest';
import { passwordIn, remembered } from '../../../../lambdas/aws/aurora/passwords.ts';

const to = { host: 'billing.example', port: 5432, user: 'probe' };

describe('a password', () => {
  test('is made once for each address while it is good, however many log in', async () => {
    let now = 0;
    let made = 0;
    const password = remembered({ now: () => now, sleep: async () => undefined }, 600_000, async ({ host }) => {
      made += 1;
      return `${host} ${made}`;
    });
    expect(await Promise.all([password(to), password(to)])).toEqual(['billing.example 1', 'billing.example 1']);
    expect(await password({ ...to, host: 'db-1.example' })).toBe('db-1.example 2');
    expect(await password({ ...to, port: 5433 })).toBe('billing.example 3');
    now = 599_999;
    expect(await password(to)).toBe('billing.example 1');
    now = 600_000;
    expect(await password(to)).toBe('billing.example 4');
  });

  test('that could not be had is asked for again', async () => {
    let tries = 0;
    const password = remembered({ now: () => 0, sleep: async () => undefined }, 600_000, async () => {
      tries += 1;
      if (tries === 1) throw new Error('throttled');
      return 'token';
    });
    await expect(password(to)).rejects.toThrow('throttled');
    expect(await password(to)).toBe('token');
  });
});

describe('a secret', () => {
  test('holds the password of its user, whatever else it holds', () => {
    expect(passwordIn('{"username":"probe","password":"hush","port":5432}', 'arn:s', 'probe')).toBe('hush');
  });

  test.each([
    ['hush', 'another kind of text'],
    ['', 'another kind of text'],
    ['null', 'another kind of text'],
    ['["hush"]', 'another kind of text'],
    ['{"username":"probe"}', 'another kind of text'],
    ['{"username":"probe","password":""}', 'another kind of text'],
    ['{"username":"admin","password":"hush"}', 'another username'],
  ])('%s is refused without a word of what it holds', (text, got) => {
    expect(() => passwordIn(text, 'arn:s', 'probe')).toThrow(`secret arn:s: got ${got}, wanted JSON with the username probe`);
    expect(() => passwordIn(text, 'arn:s', 'probe')).not.toThrow('hush');
  });
});
