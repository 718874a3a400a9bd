import { expect, test } from 'vitest';
import { clearAwsStore } from '../../../cli/aws-clear.ts';
import { stopRuns } from '../../../cli/stop.ts';
import { virtualFailover } from '../../virtual/drill.ts';
import { type Knobs, virtualWorld } from '../../virtual/world.ts';

const store = 'virtual-aurora';

async function quarantined(knobs: Partial<Knobs> = {}) {
  const world = virtualWorld(knobs);
  const now = world.clock.now();
  const times = { claimed_at: now, deadline_at: now + 1, heal_deadline_at: now + 2, expires_at: now + 3_600_000 };
  await world.tools.runs.claim({ run: 'r', execution: 'e', drill: virtualFailover.name, store, slot: null, takeover: false, ...times });
  await world.tools.runs.release('r', 'quarantined', 'not healed');
  return world.tools;
}

test('a store that is steady again is freed', async () => {
  const tools = await quarantined();
  expect(await clearAwsStore(tools, store, () => undefined)).toEqual({ done: true, why: 'quarantine lifted' });
  expect((await tools.runs.lease(store))?.state).toBe('free');
});

test('one that nobody can read stays as it is', async () => {
  const tools = await quarantined({ blind: () => true });
  expect(await clearAwsStore(tools, store, () => undefined)).toMatchObject({ done: false, why: expect.stringContaining('cannot be read') });
  expect((await tools.runs.lease(store))?.state).toBe('quarantined');
});

test('one in use is left alone, a free one too, and one that is none is named', async () => {
  const { tools, clock } = virtualWorld();
  expect(await clearAwsStore(tools, store, () => undefined)).toEqual({ done: true, why: 'was not quarantined' });
  const now = clock.now();
  const times = { claimed_at: now, deadline_at: now + 1, heal_deadline_at: now + 2, expires_at: now + 3_600_000 };
  await tools.runs.claim({ run: 'r', execution: 'e', drill: virtualFailover.name, store, slot: null, takeover: false, ...times });
  expect(await clearAwsStore(tools, store, () => undefined)).toMatchObject({ done: false, why: expect.stringContaining('held by r') });
  await expect(clearAwsStore(tools, 'mongo', () => undefined)).rejects.toThrow('store: got "mongo", wanted one of virtual-aurora');
});

test('a run that nobody heals is not called stopped', async () => {
  const { tools, clock } = virtualWorld();
  const now = clock.now();
  const times = { claimed_at: now, deadline_at: now + 1, heal_deadline_at: now + 2, expires_at: now + 3_600_000 };
  await tools.runs.claim({ run: 'r', execution: 'e', drill: virtualFailover.name, store, slot: null, takeover: false, ...times });
  const [stopped] = await clock.drive(stopRuns(tools.runs, clock, 'r'));
  expect(stopped).toMatchObject({ run: 'r', released: null });
  expect((await tools.runs.read('r'))?.halt).toMatchObject({ by: 'person' });
  expect(await stopRuns(tools.runs, clock, 'other')).toEqual([]);
});
