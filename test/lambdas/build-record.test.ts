import { describe, expect, test } from 'vitest';
import type { Record } from '../../core/record.ts';
import { parseRecord } from '../../core/record-schema.ts';
import { threeBrokers } from '../../drills/msk.ts';
import { result_limit_bytes } from '../../lambdas/task.ts';
import { virtualKafka, virtualRoll } from '../virtual/drill.ts';
import type { Knobs } from '../virtual/world.ts';
import { run, walkHere, worldOf } from '../walks/walk.ts';

async function recordOf(drill: string, knobs: Partial<Knobs>) {
  const world = await worldOf({ name: '', ends: '', knobs });
  await walkHere(world, { input: { drill } });
  const record: Record = parseRecord(await world.evidence.get(`${run}/record.json`));
  const row = await world.tools.runs.read(run);
  if (row === undefined) throw new Error('no row');
  return { record, row };
}

describe('the record of a roll', () => {
  test('tells whom each experiment hit, and which step each decision was for', async () => {
    const { record } = await recordOf(virtualRoll.name, { kafka: {} });
    expect(record.experiments.map(({ step, victims }) => [step, ...(victims ?? [])])).toEqual([
      [1, 'broker-1'],
      [2, 'broker-2'],
      [3, 'broker-3'],
    ]);
    expect(record.victims).toEqual(['broker-1', 'broker-2', 'broker-3']);
    const steps = record.admission
      .filter(({ stage }) => stage === 'readmission')
      .map(({ step = 0, victims }) => `${step} ${victims.join()}`);
    expect([...new Set(steps)]).toEqual(['0 broker-1', '1 broker-2', '2 broker-3']);
  });

  test('has what both witnesses saw of the partitions, each change once, oldest first', async () => {
    const { record } = await recordOf(virtualRoll.name, { kafka: {} });
    const sights = record.probe.partitions ?? [];
    expect(sights.map(({ at }) => at)).toEqual(sights.map(({ at }) => at).sort((a, b) => a - b));
    const isr = sights.filter(({ partition }) => partition === 0).map((each) => each.isr.join());
    expect(isr.filter((each, index) => each !== isr[index - 1])).toEqual(['1,2,3', '2,3', '1,2,3', '1,3', '1,2,3', '1,2', '1,2,3']);
    expect(new Set(sights.map((sight) => JSON.stringify(sight))).size).toBe(sights.length);
  });
});

test('the record of a database has none of what only partitions have', async () => {
  const { record } = await recordOf('virtual-failover', {});
  expect(record.probe).not.toHaveProperty('partitions');
  expect(record.experiments).toHaveLength(1);
  expect(record.experiments[0]).not.toHaveProperty('victims');
});

test('a roll over sixty partitions stays far below what a row and a result may hold', async () => {
  const topology = { ...threeBrokers, partitions: 60 };
  const wide = virtualKafka({ ...virtualRoll, topology }, { load: { ...virtualRoll.load, rate_hz: 60, minimum_hz: 30 } });
  // Results above the limit throw, so a roll that came to its end had none.
  const { row } = await recordOf(wide.name, { drills: [wide], kafka: { partitions: 60 } });
  expect(row.steps.map(({ experiment }) => experiment !== null)).toEqual([true, true, true]);
  expect(row.halt?.by).toBe('done');
  expect(JSON.stringify(row).length).toBeLessThan(400_000 / 2);
  const longest = Math.max(...row.events.map(({ text }) => text.length));
  expect(longest).toBeLessThan(result_limit_bytes / 4);
});
