import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { CfnElement } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { afterAll, expect, test } from 'vitest';
import type { StoreKind } from '../../core/topology.ts';
import { bundle, bundleOf, entryNames } from '../../infra/bundle.ts';
import { suiteNeeds, targetNeeds } from '../../infra/task-needs.ts';
import { defaultProvider } from '../../lambdas/aws/bundled/credentials.ts';
import { synthesizedInto, toldIn } from './synthesized.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorum-drills-bundle-'));
const { stack, template } = synthesizedInto(folder);
const made = template.findResources('AWS::Lambda::Function');
const entries = [
  ...Object.entries(suiteNeeds([])).map(([task, { entry }]) => ({ task, entry, handler: stack.suite.handlers[task] })),
  ...Object.entries(stack.suite.targets).flatMap(([target, { handlers }]) =>
    Object.entries(targetNeeds(stack.suite.parts[target]!.target.store)).map(([task, { entry }]) => ({
      task,
      entry,
      handler: handlers[task],
    })),
  ),
];

/** Where the code of each function lies that would be uploaded for it. */
const handlers = entries.map(({ task, entry, handler }) => {
  const { Properties } = made[stack.getLogicalId(handler!.function.node.defaultChild as CfnElement)]!;
  const asset = join(folder, `asset.${String(Properties.Code.S3Key).replace('.zip', '')}`);
  return { task, entry, asset, outfile: join(asset, 'index.mjs'), ...sizeOf(readFileSync(join(asset, 'index.mjs'))) };
});

const grader = bundle({ grader: 'core/grade.ts' }).get('grader')!;
const graderCode = grader.files['index.mjs']!;

afterAll(() => {
  console.table([
    ...handlers.map(({ entry, bytes, gzip_bytes }) => ({ name: entry, bytes, gzip_bytes })),
    { name: 'core/grade', ...sizeOf(graderCode) },
  ]);
  rmSync(folder, { recursive: true, force: true });
});

function sizeOf(code: Uint8Array): { bytes: number; gzip_bytes: number } {
  return { bytes: code.length, gzip_bytes: gzipSync(code).length };
}

test.each(handlers)('$entry is at most 300 KB compressed', ({ gzip_bytes }) => {
  expect(gzip_bytes).toBeGreaterThan(10_000);
  expect(gzip_bytes).toBeLessThanOrEqual(300_000);
});

/** Names in a source map go from a folder `out/<entry>` below the root, wherever the bundle ends up. */
const inputsOf = (outfile: string): string[] =>
  (JSON.parse(readFileSync(`${outfile}.map`, 'utf8')) as { sources: string[] }).sources.map((source) => source.replace(/^(\.\.\/)+/, ''));

test.each(handlers)('$entry holds no chart and no lab, and brings its own SDK', ({ entry, outfile }) => {
  const inputs = inputsOf(outfile);
  expect(inputs).toContain(`lambdas/aws/entry/${entry}.ts`);
  expect(inputs.filter((input) => /linkedom|observablehq|^(lab|cli|infra|test)\//.test(input))).toEqual([]);
  expect(inputs.some((input) => /(^|\/)node_modules\/@aws-sdk\//.test(input))).toBe(true);
});

const clients = ['probe/kafka.ts', 'probe/postgres.ts', 'probe/etcd.ts'];

test.each(handlers)('$entry carries the client of its own protocol and no other', ({ entry, outfile }) => {
  const protocol = /^(?:witness|readback)-(\w+)$/.exec(entry)?.[1];
  expect(inputsOf(outfile).filter((input) => clients.includes(input))).toEqual(protocol === undefined ? [] : [`probe/${protocol}.ts`]);
});

test.each(handlers)('beside $entry lie the drills as configured', ({ asset }) => {
  expect(readdirSync(asset).sort()).toEqual(['drills.json', 'index.mjs', 'index.mjs.map']);
  expect(JSON.parse(readFileSync(join(asset, 'drills.json'), 'utf8'))).toEqual(Object.values(stack.suite.drills).flat());
});

test('the same entry and drills make the same asset, wherever it is synthesized', () => {
  const again = mkdtempSync(join(tmpdir(), 'quorum-drills-again-'));
  try {
    const keys = (of: Template) =>
      Object.values(of.findResources('AWS::Lambda::Function'))
        .map(({ Properties }) => Properties.Code.S3Key)
        .sort();
    expect(keys(synthesizedInto(again).template)).toEqual(keys(template));
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
});

test('each stands alone: a new process loads it from its own folder, and it answers as a handler', () => {
  const environment = { ...process.env, DRILL_SUITE: JSON.stringify(toldIn(template)) };
  // The sweeper takes no input that could be wrong: called, it would sweep.
  const called = handlers.filter(({ task }) => task !== 'Sweep');
  const sweeper = handlers.find(({ task }) => task === 'Sweep');
  const script = `
    for (const outfile of ${JSON.stringify(called.map(({ outfile }) => pathToFileURL(outfile).href))}) {
      const { handler } = await import(outfile);
      console.log(await handler({}).catch((error) => error.name + ' ' + error.message.split(' ')[0]));
    }
    console.log(typeof (await import(${JSON.stringify(pathToFileURL(sweeper!.outfile).href)})).handler);`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-west-1', ...environment },
  });
  expect(said.trim().split('\n')).toEqual([...called.map(({ task }) => `TaskInputInvalid ${task}`), 'function']);
});

test('there is an entry for every function, and a function for every entry', () => {
  const kinds: StoreKind[] = ['msk', 'aurora', 'etcd'];
  const needs = [suiteNeeds([]), ...kinds.map(targetNeeds)].flatMap((each) => Object.values(each));
  expect(entryNames().sort()).toEqual(needs.map(({ entry }) => entry).sort());
});

test('the grader alone is at most 10 KB compressed for each of three stores, and needs nothing but core', () => {
  expect(sizeOf(graderCode).gzip_bytes).toBeLessThanOrEqual(3 * 10_000);
  expect(grader.inputs.filter((input) => !input.startsWith('core/'))).toEqual([]);
});

test('a file that cannot be resolved fails the bundle, and so does an entry that is none', () => {
  expect(() => bundle({ none: 'lambdas/aws/entry/none.ts' })).toThrow('none.ts');
  expect(() => bundleOf('none')).toThrow('entry none: got none in lambdas/aws/entry');
});

test.each([
  ['with a session', { AWS_SESSION_TOKEN: 't' }, { accessKeyId: 'i', secretAccessKey: 's', sessionToken: 't' }],
  ['without one', {}, { accessKeyId: 'i', secretAccessKey: 's' }],
])('a function takes its credentials from its environment, %s', async (_, more, wanted) => {
  const before = { ...process.env };
  try {
    delete process.env.AWS_SESSION_TOKEN;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'i', AWS_SECRET_ACCESS_KEY: 's', ...more });
    expect(await defaultProvider()()).toEqual(wanted);
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await expect(defaultProvider()()).rejects.toThrow('credentials: got none in the environment');
  } finally {
    process.env = before;
  }
});
