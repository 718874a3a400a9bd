import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { sqliteRuns } from '../../lab/runs.ts';
import { aRun, runsConformance } from './runs-conformance.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runs-'));
  folders.push(folder);
  return join(folder, 'runs.db');
}

runsConformance('SQLite', () => sqliteRuns(':memory:'));

test('two programs share one file: one claims, and both see the row', async () => {
  const path = aPath();
  const [one, two] = [sqliteRuns(path), sqliteRuns(path)];
  expect((await one.claim(aRun('a'))).status).toBe('claimed');
  expect((await two.claim(aRun('b'))).status).toBe('refused');
  // The second program writes between the first one's read and write.
  let looks = 0;
  await one.change('a', (row) => {
    looks += 1;
    if (looks === 1) void two.change('a', (own) => ({ ...own, phase: 'admitted' }));
    return { ...row, margins: [{ at: 1, margin: 2 }] };
  });
  expect(looks).toBe(2);
  expect(await two.read('a')).toMatchObject({ phase: 'admitted', margins: [{ at: 1, margin: 2 }], version: 3 });
  one.close();
  two.close();
});

test('what was claimed is there after a new start', async () => {
  const path = aPath();
  const first = sqliteRuns(path);
  await first.claim(aRun('a'));
  first.close();
  const second = sqliteRuns(path);
  expect((await second.unreleased()).map((row) => row.run)).toEqual(['a']);
  second.close();
});

test('a file of a newer program is refused by name and left alone', () => {
  const path = aPath();
  const file = new DatabaseSync(path);
  file.exec('PRAGMA user_version = 7');
  file.close();
  expect(() => sqliteRuns(path)).toThrow(/got version 7, wanted version 1; use the program that wrote it/);
});

test('a file that is no database is refused', () => {
  expect(() => sqliteRuns(tmpdir())).toThrow();
});
