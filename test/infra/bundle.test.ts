import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { bundle, root } from '../../infra/bundle.ts';
import { taskNeeds } from '../../infra/task-needs.ts';
import { synthesizedInto } from './synthesized.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorum-drills-bundle-'));
const { template } = synthesizedInto(folder);
const entries = Object.entries(taskNeeds('machine'));

/** Where the code of each function lies that would be uploaded for it. */
const handlers = entries.map(([task, { entry }]) => {
  const [, made] = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith(`${task}Function`)) ?? [];
  const outfile = join(folder, `asset.${String(made?.Properties.Code.S3Key).replace('.zip', '')}`, 'index.mjs');
  return { task, entry, outfile, ...sizeOf(outfile) };
});

const grader = bundle('core/grade.ts', join(folder, 'grader'));

afterAll(() => {
  console.table([
    ...handlers.map(({ entry, bytes, gzip_bytes }) => ({ name: entry, bytes, gzip_bytes })),
    { name: 'core/grade', ...sizeOf(grader.outfile) },
  ]);
  rmSync(folder, { recursive: true, force: true });
});

function sizeOf(outfile: string): { bytes: number; gzip_bytes: number } {
  const code = readFileSync(outfile);
  return { bytes: code.length, gzip_bytes: gzipSync(code).length };
}

test.each(handlers)('$task is at most 300 KB compressed', ({ gzip_bytes }) => {
  expect(gzip_bytes).toBeGreaterThan(10_000);
  expect(gzip_bytes).toBeLessThanOrEqual(300_000);
});

test.each(handlers)('$task holds no chart and no lab, and brings its own SDK', ({ outfile }) => {
  const { sources } = JSON.parse(readFileSync(`${outfile}.map`, 'utf8')) as { sources: string[] };
  const inputs = sources.map((source) => relative(root, resolve(dirname(outfile), source)));
  expect(inputs.filter((input) => /linkedom|observablehq|^(lab|cli|infra|test)\//.test(input))).toEqual([]);
  expect(inputs.some((input) => input.startsWith('node_modules/@aws-sdk/'))).toBe(true);
});

test('each stands alone: a new process loads it from its own folder, and it answers as a handler', () => {
  const script = `
    for (const outfile of ${JSON.stringify(handlers.map(({ outfile }) => pathToFileURL(outfile).href))}) {
      const { handler } = await import(outfile);
      console.log(await handler({}).catch((error) => error.name + ' ' + error.message.split(' ')[0]));
    }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual(handlers.map(({ task }) => `TaskInputInvalid ${task}`));
});

test('there is an entry for every function, and a function for every entry', () => {
  const files = readdirSync(join(root, 'lambdas/aws/entry')).map((file) => file.replace(/\.ts$/, ''));
  expect(files.sort()).toEqual(entries.map(([, { entry }]) => entry).sort());
});

test('the grader alone is at most 10 KB compressed for each of three stores, and needs nothing but core', () => {
  expect(sizeOf(grader.outfile).gzip_bytes).toBeLessThanOrEqual(3 * 10_000);
  expect(grader.inputs.filter((input) => !input.startsWith('core/'))).toEqual([]);
});

test('a file that cannot be resolved fails the bundle', () => {
  expect(() => bundle('lambdas/aws/entry/none.ts', join(folder, 'none'))).toThrow('none.ts');
});
