import { expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { collect } from '../../lambdas/collect.ts';
import { grade } from '../../lambdas/grade.ts';
import { preflight } from '../../lambdas/preflight.ts';
import { type Knobs, virtualWorld } from '../virtual/world.ts';

const run = { run: 'run-1' };

async function refused(knobs: Partial<Knobs>) {
  const world = virtualWorld({ calendar: () => 'sale', ...knobs });
  await claim(world.tools)({ ...run, execution: 'e', input: { drill: 'virtual-failover' } });
  await preflight(world.tools)(run);
  return world;
}

test('a refused run has a record and a report', async () => {
  const { tools, evidence } = await refused({});
  expect(await collect(tools)(run)).toEqual({ status: 'done', key: 'run-1/record.json' });
  expect(await grade(tools)(run)).toEqual({ verdict: 'inconclusive', grade: null, key: 'run-1/report.json' });
  expect(await evidence.get('run-1/record.json')).toMatchObject({
    outcome: { kind: 'refused', at: 'preflight' },
    healed: true,
    probe: { segments: [] },
  });
  expect(await evidence.get('run-1/report.json')).toMatchObject({ outcome: 'refused', checks: [] });
});

test('a run is graded once: a record that comes after its report changes nothing', async () => {
  const { tools, clock, evidence } = await refused({});
  await grade(tools)(run);
  const first = await evidence.get('run-1/report.json');
  expect(first).toMatchObject({ why: 'no record could be collected' });
  await clock.drive(clock.sleep(60_000));
  await collect(tools)(run);
  await grade(tools)(run);
  expect(await evidence.get('run-1/report.json')).toEqual(first);
  expect(evidence.versions.get('run-1/report.json')?.size).toBe(1);
});

test('a record that was damaged on its way is not graded as if it were whole', async () => {
  const { tools, evidence } = await refused({});
  await collect(tools)(run);
  const record = await evidence.get('run-1/record.json');
  await evidence.put('run-1/record.json', { ...(record as object), started_at: -1 });
  expect(await grade(tools)(run)).toMatchObject({ verdict: 'inconclusive' });
  expect(await evidence.get('run-1/report.json')).toMatchObject({
    why: expect.stringContaining('the record cannot be graded: record started_at'),
  });
});
