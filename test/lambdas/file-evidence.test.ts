import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileEvidence } from '../../lab/evidence.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('writes of one document at once leave one of them whole, and none fails', async () => {
  const evidence = fileEvidence(folder);
  const values = Array.from({ length: 24 }, (_, n) => ({ n, filler: 'x'.repeat((24 - n) * 20_000) }));
  await Promise.all(values.map((value) => evidence.put('run/segments/0.json', value)));
  expect(values).toContainEqual(await evidence.get('run/segments/0.json'));
  expect(await readdir(join(folder, 'run', 'segments'))).toEqual(['0.json']);
});
