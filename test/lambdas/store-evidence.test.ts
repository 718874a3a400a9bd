import { afterEach, beforeEach, expect, test } from 'vitest';
import { store } from '../../lambdas/store-evidence.ts';
import { virtualWorld } from '../virtual/world.ts';

const lines: string[] = [];
const write = process.stderr.write;

beforeEach(() => {
  lines.length = 0;
  process.stderr.write = (text: unknown) => lines.push(String(text)) > 0;
});

afterEach(() => {
  process.stderr.write = write;
});

test('a document that is refused three times is stored at the fourth', async () => {
  const { tools, clock, evidence } = virtualWorld({ refuses: (_key, tries) => tries <= 3 });
  expect(await clock.drive(store(tools, 'run-1/record.json', { n: 1 }))).toBe('run-1/record.json');
  expect(await evidence.get('run-1/record.json')).toEqual({ n: 1 });
  expect(lines).toEqual([]);
});

test('a document that is refused for ever goes to the log whole, in parts, and that is thrown', async () => {
  const { tools, clock } = virtualWorld({ refuses: () => true });
  const value = { text: 'abc'.repeat(80_000) };
  await expect(clock.drive(store(tools, 'run-1/record.json', value))).rejects.toMatchObject({ name: 'EvidenceRefused' });
  expect(lines).toHaveLength(3);
  expect(lines.every((line, part) => line.startsWith(`evidence run-1/record.json part ${part + 1}/3: `))).toBe(true);
  const logged = lines.map((line) => line.replace(/^evidence \S+ part \S+ /, '').replace(/\n$/, '')).join('');
  expect(JSON.parse(logged)).toEqual(value);
});
