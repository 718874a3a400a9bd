import { describe, expect, test } from 'vitest';
import * as rules from './rules.ts';
import { importsOf, projectFiles, type SourceFile } from './source-file.ts';

const files = projectFiles();
const lines = (count: number) => 'export const x = 1;\n'.repeat(count);

/** Each rule with files that must break it. */
const cases: [rule: keyof typeof rules, broken: { [path: string]: string }][] = [
  ['importsFollowTheArrows', { 'core/a.ts': "import { drills } from '../drills/index.ts';" }],
  ['importsFollowTheArrows', { 'report/a.ts': "export { x } from '../lab/x.ts';" }],
  ['importsFollowTheArrows', { 'infra/a.ts': "import type { Tools } from '../lambdas/tools.ts';" }],
  ['importsFollowTheArrows', { 'lambdas/a.ts': "const x = await import('./aws/fis.ts');" }],
  ['importsFollowTheArrows', { 'lab/a.ts': "import '../cli/main.ts';" }],
  ['importsFollowTheArrows', { 'probe/a.ts': "import {\n  projectFiles,\n} from '../test/house/source-file.ts';" }],
  ['packagesStayAtHome', { 'lambdas/claim.ts': "import { FisClient } from '@aws-sdk/client-fis';" }],
  ['packagesStayAtHome', { 'cli/main.ts': "const aws = await import('@aws-sdk/client-sfn');" }],
  ['packagesStayAtHome', { 'lambdas/aws/a.ts': "import { Stack } from 'aws-cdk-lib';" }],
  ['packagesStayAtHome', { 'probe/a.ts': "import { spawn } from 'node:child_process';" }],
  ['packagesStayAtHome', { 'cli/a.ts': "import { Client } from 'pg';" }],
  ['packagesStayAtHome', { 'report/html.ts': "import * as Plot from '@observablehq/plot';" }],
  ['packagesStayAtHome', { 'core/a.ts': "import { readFileSync } from 'node:fs';" }],
  ['packagesStayAtHome', { 'core/record-schema.ts': "import { z } from 'zod/mini';" }],
  ['packagesStayAtHome', { 'core/grade.ts': "import * as z from 'zod/mini';" }],
  ['coreHasNoClockAndNoDice', { 'core/a.ts': 'export const a = () => Math.random();' }],
  ['coreHasNoClockAndNoDice', { 'core/a.ts': 'export const a = () => new Date(0);' }],
  ['cliLoadsLazily', { 'cli/main.ts': "import { run } from './run.ts';", 'cli/run.ts': "import { home } from '../lab/home.ts';" }],
  ['cliLoadsLazily', { 'cli/main.ts': "import { fis } from '../lambdas/aws/fis.ts';" }],
  ['filesAreShort', { 'lab/a.ts': lines(251) }],
  ['namesSaySomething', { 'lab/utils/a.ts': '' }],
  ['namesSaySomething', { 'lab/test-helper.ts': '' }],
  ['namesSaySomething', { 'lab/clusterManager.ts': '' }],
  ['noPlaceOfOurs', { 'README.md': `see ${['', 'work', 'main'].join('/')}` }],
  ['noPlaceOfOurs', { 'package-lock.json': `{ "resolved${'"'}: "https://registry.example/x.tgz" }` }],
  ['testsAssert', { 'test/lab/a.test.ts': "test('works', () => {\n  // expect(1).toBe(1)\n});" }],
  ['testsAssert', { 'test/lab/a.test.ts': "import './cases.ts';", 'test/lab/cases.ts': 'export const cases = [];' }],
  ['nothingIsMocked', { 'test/lab/a.test.ts': `vi.${'spyOn'}(home, 'drillHome');` }],
  ['nothingIsMocked', { 'test/lab/a.test.ts': `vi.${'mock'}('../../lab/home.ts');` }],
  ['nothingIsPostponed', { 'lab/a.ts': `// TO${'DO'} write it` }],
];

const virtual = (broken: { [path: string]: string }): SourceFile[] => Object.entries(broken).map(([path, text]) => ({ path, text }));

describe.each(Object.entries(rules).flatMap(([name, rule]) => (typeof rule === 'function' ? [[name, rule] as const] : [])))(
  '%s',
  (name, rule) => {
    test('holds in the project', () => {
      expect(rule(files)).toEqual([]);
    });

    const broken = cases.filter(([of]) => of === name);
    test('has files that must break it', () => expect(broken.length).toBeGreaterThan(0));
    test.each(broken)('is broken by %j', (_, paths) => expect(rule(virtual(paths))).toHaveLength(1));
  },
);

test('the scanner sees every room, and the imports of this file', () => {
  const rooms = new Set(files.map((file) => file.path.split('/')[0]));
  for (const room of ['core', 'drills', 'probe', 'lambdas', 'test', 'package-lock.json']) expect(rooms).toContain(room);
  const self = files.find((file) => file.path === 'test/house/architecture.test.ts');
  expect(self && importsOf(self).map((found) => found.target)).toEqual(
    expect.arrayContaining(['vitest', 'test/house/rules.ts', 'test/house/source-file.ts']),
  );
});

test('what the rules allow stays allowed', () => {
  const fine = virtual({
    'core/record-schema.ts': "import * as z from 'zod/mini';\nimport type { Record } from './record.ts';",
    'lambdas/aws/fis.ts': "import { FisClient } from '@aws-sdk/client-fis';\nimport type { Faults } from '../tools.ts';",
    'cli/main.ts': "import type { Home } from '../lab/home.ts';\nconst { run } = await import('../lab/run.ts');",
    'lab/a.ts': lines(250),
    'report/chart.ts': "import * as Plot from '@observablehq/plot';",
    'test/lab/a.test.ts': "import { conform } from './conform.ts';\nconform([]);",
    'test/lab/conform.ts': 'export const conform = () => expect(1).toBe(1);',
    'probe/a.ts': "/** Like `import('../lab/x.ts')`? No. */\nexport const text = 'import x from y';",
  });
  const found = Object.values(rules).flatMap((rule) => (typeof rule === 'function' ? rule(fine) : []));
  expect(found).toEqual([]);
});
