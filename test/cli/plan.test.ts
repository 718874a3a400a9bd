import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { duration_s } from '../../cli/duration.ts';
import type { Drill } from '../../core/drill.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { mskBrokerLoss } from '../../drills/msk-broker-loss.ts';
import { mskRf2Min2 } from '../../drills/msk-rf2-min2.ts';
import { mskRollingRestart } from '../../drills/msk-rolling-restart.ts';
import { drill } from './drill.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-plan-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test.each([
  ['aurora-no-reader-twin', 3],
  ['msk-rf2-min2', 0],
  ['msk-controllers-rolling', 0],
])('%s ends with %i and starts nothing', async (name, wanted) => {
  const { code, out } = await drill(['plan', name], { DRILL_HOME: home });
  expect(code).toBe(wanted);
  expect(out).toContain(code === 0 ? 'WOULD RUN' : 'REFUSED');
  expect(await readdir(home)).toEqual([]);
});

test('a Kafka plan has classes of partitions and the arithmetic of the worst ones', async () => {
  const { out } = await drill(['plan', 'msk-broker-loss']);
  expect(out).toMatch(/partitions {2}topic \S+ p0: ISR \{1,2,3\}, min ISR 2, victim 1: 2 >= 2: admit/);
  expect(out).toMatch(/lanes +led \(p0.*\): /);
  expect(out).toMatch(/untouched \(p.*\): 0 ms to/);
  expect(out).toContain('120 records a second over 6 partitions, acks all');
});

test('a roll is planned step by step', async () => {
  const [text, json] = await Promise.all([drill(['plan', 'msk-rolling-restart']), drill(['plan', 'msk-rolling-restart', '--json'])]);
  expect(text.out).toMatch(/victims +broker-1, broker-2, broker-3, one after the other \(3 of 6 members\)/);
  expect(text.out).toMatch(/steps +1 of 3: broker-1\n +2 of 3: broker-2\n +3 of 3: broker-3\n/);
  expect((JSON.parse(json.out) as { steps: object[] }).steps).toEqual([
    { victims: ['broker-1'], refusal: null },
    { victims: ['broker-2'], refusal: null },
    { victims: ['broker-3'], refusal: null },
  ]);
});

test('the partitions that refuse are printed', async () => {
  const { code, out } = await drill(['plan', 'msk-rf2-undeclared-twin']);
  expect(code).toBe(3);
  expect(out).toMatch(/p\d: ISR \{\d,\d\}, min ISR 2, victim \d: 1 < 2: refuse/);
});

test.each<[string, Drill, number, number]>([
  ['clean load and settling', auroraFailover, 1, 15],
  ['a broker that stays away', mskBrokerLoss, 1, 23],
  ['a broker that comes back after 60 s', mskRf2Min2, 1, 78],
  ['three steps of 3 s with 10 s of health after each', mskRollingRestart, 3, 47],
])('how long it takes: %s', (_, each, steps, wanted_s) => {
  expect(duration_s(each, steps)).toBe(wanted_s);
});
