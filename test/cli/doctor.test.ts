import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drill } from './drill.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-doctor-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('a missing Java is named with what installs it, everything else stands, and the code is 3', async () => {
  const env = { DRILL_HOME: home, JAVA_HOME: '/nowhere/java' };
  const { code, out } = await drill(['doctor', '--json'], env);
  const findings = JSON.parse(out) as { what: string; ok: boolean; got: string }[];
  expect(code).toBe(3);
  expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(['Apache Kafka']);
  expect(findings.find(({ what }) => what === 'Apache Kafka')?.got).toMatch(/JAVA_HOME \/nowhere\/java.*wanted Java 17 or newer; run /);
});
