import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../probe');
const blocks = /\b\w+Sync\s*\(|Atomics\.wait\s*\(/;

test('nothing in the process that measures waits for the disk or another process', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files).toContain('witness.ts');
  expect(files.filter((name) => blocks.test(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
  expect(blocks.test('readFileSync(path)')).toBe(true);
});
