import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { bundle, bundleOf, entryNames } from '../../infra/bundle.ts';

const file = new URL('sizes.json', import.meta.url);
const grader = 'core/grade';

/** Bytes of each bundle compressed, as they were when somebody last looked at them. */
const noted = JSON.parse(readFileSync(file, 'utf8')) as { [name: string]: number };

const sizes: { [name: string]: number } = Object.fromEntries([
  ...entryNames().map((name) => [name, compressed(bundleOf(name).files)]),
  [grader, compressed(bundle({ grader: 'core/grade.ts' }).get('grader')!.files)],
]);

function compressed(files: { [name: string]: Uint8Array }): number {
  const code = files['index.mjs'];
  if (code === undefined) throw new Error('bundle: got no index.mjs, wanted its code');
  return gzipSync(code).length;
}

/** The most that a bundle may grow, or shrink, before it must be noted. */
const unnoticed = 0.1;

function moved(was: number | undefined, is: number): boolean {
  return was === undefined || Math.abs(is - was) > unnoticed * was;
}

afterAll(() => {
  const names = Object.keys(sizes).sort();
  console.table(names.map((name) => ({ name, gzip_bytes: sizes[name], noted_bytes: noted[name] })));
  if (process.env.NOTE_SIZES === 'true') writeFileSync(file, `${JSON.stringify(sizes, names, 2)}\n`);
});

test.each(entryNames())('%s is at most 300 KB compressed', (name) => {
  expect(sizes[name]).toBeGreaterThan(10_000);
  expect(sizes[name]).toBeLessThanOrEqual(300_000);
});

test('none has moved by more than a tenth since it was noted; NOTE_SIZES=true notes them anew', () => {
  const found = Object.entries(sizes).filter(([name, is]) => moved(noted[name], is));
  expect(found.map(([name, is]) => `${name}: ${noted[name]} -> ${is}`)).toEqual([]);
  expect(Object.keys(noted).filter((name) => sizes[name] === undefined)).toEqual([]);
});

test.each([
  [undefined, 100, true],
  [100, 110, false],
  [100, 111, true],
  [100, 89, true],
])('%s and then %s: to be noted is %s', (was, is, wanted) => expect(moved(was, is)).toBe(wanted));
