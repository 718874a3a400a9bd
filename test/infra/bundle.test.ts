import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { type Bundle, bundle, root } from '../../infra/bundle.ts';
import { taskNeeds } from '../../infra/task-needs.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorum-drills-bundle-'));
const sizes: { name: string; bytes: number; gzip_bytes: number }[] = [];

afterAll(() => {
  console.table(sizes);
  rmSync(folder, { recursive: true, force: true });
});

/** Bundles one file, notes its size, and returns it with what went into it. */
function bundled(name: string, file: string): Bundle & { gzip_bytes: number } {
  const built = bundle(file, join(folder, name));
  const code = readFileSync(built.outfile);
  const gzip_bytes = gzipSync(code).length;
  sizes.push({ name, bytes: code.length, gzip_bytes });
  return { ...built, gzip_bytes };
}

const entries = Object.entries(taskNeeds('machine'));
const handlers = entries.map(([task, { entry }]) => ({ task, ...bundled(entry, `lambdas/aws/entry/${entry}.ts`) }));

test.each(handlers)('$task is at most 300 KB compressed, and holds no chart and no lab', ({ gzip_bytes, inputs }) => {
  expect(gzip_bytes).toBeLessThanOrEqual(300_000);
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

test('the grader alone is at most 20 KB compressed, and needs nothing but core', () => {
  const { gzip_bytes, inputs } = bundled('core-grade', 'core/grade.ts');
  expect(gzip_bytes).toBeLessThanOrEqual(20_000);
  expect(inputs.filter((input) => !input.startsWith('core/'))).toEqual([]);
});

test('a file that cannot be resolved fails the bundle', () => {
  expect(() => bundle('lambdas/aws/entry/none.ts', join(folder, 'none'))).toThrow('none.ts');
});
