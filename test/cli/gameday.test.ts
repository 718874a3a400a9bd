import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayCode } from '../../cli/gameday.ts';
import { aReport } from '../report/a-report.ts';
import { drill } from './drill.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-day-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const right = { report: aReport(), code: 0, not_run: false };
const wrong = { report: { ...aReport(), as_expected: false }, code: 1, not_run: false };
const doubt = { report: { ...aReport(), as_expected: false }, code: 2, not_run: false };
const passedAlthough = { report: { ...aReport(), as_expected: false }, code: 0, not_run: false };
const missing = { report: null, code: 3, not_run: true };
const died = { report: null, code: 70, not_run: false };

test.each<[string, Parameters<typeof dayCode>[0], number, boolean, number]>([
  ['all as they must', [right, right], 2, false, 0],
  ['one failed', [right, wrong], 2, false, 1],
  ['doubt before a failure', [doubt, wrong], 2, false, 2],
  ['one passed that must not', [right, passedAlthough], 2, false, 1],
  ['one engine is missing', [right, missing], 2, false, 0],
  ['one engine is missing, all required', [right, missing], 2, true, 3],
  ['all required and there', [right, right], 2, true, 0],
  ['a missing engine hides no failure', [missing, wrong], 2, false, 1],
  ['a missing engine hides no failure where all are required', [missing, wrong], 2, true, 1],
  ['nothing could be run', [missing], 1, false, 3],
  ['one has no report', [right, died], 2, false, 70],
  ['the day was stopped', [right], 2, false, 3],
])('%s', (_, ran, planned, requireAll, code) => {
  expect(dayCode(ran, planned, requireAll)).toBe(code);
});

test.each([[[]], [['--require-all']]])('without Java a Kafka drill is listed as not run, with what installs it %j', async (flags) => {
  const args = ['gameday', 'msk-broker-loss', '--out', join(home, 'out'), ...flags];
  const env = { DRILL_HOME: home, JAVA_HOME: '/nowhere/java' };
  const { code, out, err } = await drill(args, env);
  expect({ code, err }).toMatchObject({ code: 3 });
  expect(out).toMatch(/msk-broker-loss {2}NOT RUN/);
  expect(out).toContain('1 not run');
  expect(out.replace(/\s+/g, ' ')).toMatch(/- msk-broker-loss: Java for Apache Kafka: got no java .* wanted Java 17 or newer; run /);
});

test('as JSON it is one document that says so', async () => {
  const env = { DRILL_HOME: home, JAVA_HOME: '/nowhere/java' };
  const { code, out } = await drill(['gameday', 'msk-broker-loss', '--json', '--out', join(home, 'out')], env);
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject([{ drill: 'msk-broker-loss', not_run: true, as_expected: false, report: null, folder: null }]);
});
