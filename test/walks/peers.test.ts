import { expect, test } from 'vitest';
import { claim } from '../../lambdas/claim.ts';
import { sweep } from '../../lambdas/sweep.ts';
import type { Tools } from '../../lambdas/tools.ts';
import { watch } from '../../lambdas/watch.ts';
import { virtualFailover } from '../virtual/drill.ts';
import type { Knobs, VirtualWorld } from '../virtual/world.ts';
import { after } from './knobs.ts';
import { endOf, endsWell, execution, run, walkHere, worldOf } from './walk.ts';

/** Defects of other tools (docs of peers), each as the test that would have found it. */

const world = (knobs: Partial<Knobs> = {}) => worldOf({ name: '', ends: '', knobs });

async function claimed(at: VirtualWorld, name: string, input: object = { drill: 'virtual-failover' }) {
  return at.clock.drive(claim(at.tools)({ run: name, execution: `execution:${name}`, input }));
}

test('idempotency-token-unique-per-execution', async () => {
  const tokens: (string | undefined)[] = [];
  for (const name of ['run-1', 'run-2']) {
    const at = await world();
    at.running.add(`execution:${name}`);
    await walkHere(at, {}, { name, id: `execution:${name}` });
    tokens.push((await at.tools.runs.read(name))?.steps[0]?.token);
  }
  expect(tokens).toEqual(['run-1/1', 'run-2/1']);
});

test('idempotency-token-unique-per-execution: an id that another step holds is refused', async () => {
  const at = await world();
  await claimed(at, run);
  const step = { template: 't', victims: ['pg-1'], injecting_at: at.clock.now() };
  await at.tools.runs.change(run, (row) => ({
    ...row,
    phase: 'injecting',
    steps: [
      { ...step, step: 1, token: `${run}/1`, experiment: 'EXP-1' },
      { ...step, step: 2, token: `${run}/2`, experiment: null },
    ],
  }));
  expect(await watch(at.tools)({ run, experiment: 'EXP-1' })).toMatchObject({
    next: 'halt',
    why: expect.stringContaining('nothing new was injected'),
  });
  expect((await at.tools.runs.read(run))?.steps[1]?.experiment).toBeNull();
});

test('stop-confirmed-within-deadline', async () => {
  const stops = await world({ course: { ends_as: null } });
  await walkHere(stops, {});
  expect(stops.experiments.all()[0]).toMatchObject({ status: 'stopped', end_at: expect.any(Number) });
  expect(await stops.tools.runs.read(run)).toMatchObject({ heal: { healed: true }, released: 'free' });

  const ignores = await world({ course: { ends_as: null, stops: false } });
  expect(endOf(await walkHere(ignores, {}))).toBe('DrillUnhealed');
  const row = await ignores.tools.runs.read(run);
  expect(row).toMatchObject({ heal: { healed: false, why: expect.stringContaining('is running') }, released: 'quarantined' });
  expect((row?.heal?.ended_at ?? 0) - (row?.heal?.started_at ?? 0)).toBeLessThanOrEqual(
    virtualFailover.window.heal_deadline_s * 1_000 + 2_000,
  );
});

test('healed-even-when-interrupted', async () => {
  const at = await world({ course: { ends_as: null }, resilience: { rejoin_ms: null } });
  const abort = new AbortController();
  at.clock.timer(7_000, () => abort.abort());
  expect((await walkHere(at, {}, { signal: abort.signal })).status).toBe('ABORTED');
  expect(at.cluster.lost()).toEqual(['pg-1']);
  await endsWell(at);
  expect(at.cluster.lost()).toEqual([]);
  expect(at.experiments.all()[0]?.status).toBe('stopped');
});

test('steady-state-checked-after-healing', async () => {
  const at = await world({ resilience: { rejoin_ms: null, heals: false } });
  expect(endOf(await walkHere(at, {}))).toBe('DrillUnhealed');
  expect(at.experiments.undone).toBeGreaterThan(1);
  expect(await at.tools.runs.lease('virtual-aurora')).toMatchObject({
    state: 'quarantined',
    why: expect.stringContaining('not healthy: pg-1'),
  });
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'refused', why: expect.stringContaining('quarantined') });
});

test('lost-event-still-terminates', async () => {
  const at = await world();
  at.tools.faults.events = async () => [];
  expect(endOf(await walkHere(at, {}))).toBe('DrillInconclusive');
  expect(await at.evidence.get(`${run}/report.json`)).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('members-lost'),
  });
});

async function stuck(knobs: Partial<Knobs> = {}): Promise<VirtualWorld> {
  const at = await world(knobs);
  const abort = new AbortController();
  at.clock.timer(7_000, () => abort.abort());
  await walkHere(at, {}, { signal: abort.signal });
  expect(await at.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'held', run });
  return at;
}

test('stuck-lease-is-recovered: by the sweeper, as soon as the execution is gone', async () => {
  const at = await stuck();
  expect((await at.clock.drive(sweep(at.tools)())).swept).toMatchObject([{ run, did: 'left' }]);
  at.running.clear();
  expect((await at.clock.drive(sweep(at.tools)())).swept).toMatchObject([{ run, did: 'released' }]);
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'claimed' });
});

test('stuck-lease-is-recovered: by the next claim, once it has expired and nothing of it lives', async () => {
  const at = await stuck({ resilience: { rejoin_ms: null } });
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'refused' });
  await at.clock.drive(at.clock.sleep(8_000_000));
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'refused', why: expect.stringContaining('still running') });
  at.running.clear();
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'claimed' });
  expect(at.cluster.lost()).toEqual([]);
  // The former run is closed later, without touching the store that is no longer its own.
  const undone = at.experiments.undone;
  at.running.add('execution:run-2');
  await at.clock.drive(sweep(at.tools)());
  expect(at.experiments.undone).toBe(undone);
  expect(await at.tools.runs.read(run)).toMatchObject({ phase: 'closed' });
  expect(await at.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'held', run: 'run-2' });
});

const doubts: [string, Partial<Knobs>, (at: VirtualWorld) => void][] = [
  ['an experiment of it still runs', { course: { ends_as: null } }, () => {}],
  [
    'its execution cannot be read',
    {},
    (at) => {
      at.tools.executionRunning = () => Promise.reject(new Error('no answer'));
    },
  ],
  [
    'its experiments cannot be read',
    {},
    (at) => {
      at.tools.faults.get = () => Promise.reject(new Error('no answer'));
    },
  ],
];

test.each(doubts)('stuck-lease-is-recovered: not while %s', async (_what, knobs, change) => {
  const at = await stuck(knobs);
  await at.clock.drive(at.clock.sleep(8_000_000));
  at.running.clear();
  change(at);
  expect(await claimed(at, 'run-2')).toMatchObject({ status: 'refused' });
  expect(await at.tools.runs.lease('virtual-aurora')).toMatchObject({ state: 'held', run });
});

test('unreadable-calendar-is-closed', async () => {
  const at = await world();
  at.tools.calendar.open = () => Promise.reject(new Error('no answer'));
  expect(endOf(await walkHere(at, {}))).toBe('DrillRefused');
  expect((await at.tools.runs.read(run))?.outcome).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('so it is closed: no answer'),
  });
});

test('empty-target-is-not-success', async () => {
  const at = await world({ course: { targets: false } });
  expect(endOf(await walkHere(at, {}))).toBe('DrillInconclusive');
  expect(at.experiments.all()[0]?.status).toBe('completed');
  expect((await at.tools.runs.read(run))?.halt).toMatchObject({ by: 'experiment', why: expect.stringContaining('without a target') });
});

test('elapsed-from-clock-not-counter: slow polls make fewer of them, not a longer drill', async () => {
  const at = await world({ course: { ends_as: null } });
  const alarms: Tools['metrics']['alarms'] = at.tools.metrics.alarms;
  at.tools.metrics.alarms = async (names) => {
    if (at.experiments.all().length > 0) await at.clock.sleep(20_000);
    return alarms(names);
  };
  const end = await walkHere(at, {});
  const row = await at.tools.runs.read(run);
  expect(row?.halt).toMatchObject({ by: 'deadline' });
  expect((row?.halt?.at ?? 0) - (row?.claimed_at ?? 0)).toBeLessThan((virtualFailover.window.deadline_s + 25) * 1_000);
  expect(end.tasks.filter((task) => task === 'Watch').length).toBeLessThanOrEqual(6);
});

test.each([
  ['its parts do not fit its deadline', { ...virtualFailover.window, deadline_s: 15 }],
  ['healing does not fit the workflow', { ...virtualFailover.window, heal_deadline_s: 7_000 }],
])('window-longer-than-drill-is-refused: %s', async (_what, window) => {
  const at = await world({ drills: [{ ...virtualFailover, window }] });
  expect(await claimed(at, run)).toMatchObject({ status: 'refused', why: expect.stringContaining('window'), plan: null });
  expect(await at.tools.runs.lease('virtual-aurora')).toBeUndefined();
});

test('an execution that dies of a result beyond the limit is healed by the sweeper', async () => {
  const at = await world({
    resilience: { rejoin_ms: null },
    wrap: (tasks) => ({ ...tasks, Watch: async () => ({ next: 'wait', why: 'x'.repeat(300_000) }) }),
  });
  expect(endOf(await walkHere(at, {}))).toBe('States.DataLimitExceeded');
  expect(at.cluster.lost()).toEqual(['pg-1']);
  await endsWell(at);
  expect(at.cluster.lost()).toEqual([]);
});

test('healing that was broken off long ago gets its whole time again', async () => {
  const at = await world({ course: { ends_as: null } });
  const { stop } = at.tools.faults;
  const works = stop.bind(at.tools.faults);
  at.tools.faults.stop = () => Promise.reject(new Error('no answer'));
  const abort = new AbortController();
  at.clock.timer(95_000, () => abort.abort());
  await walkHere(at, {}, { signal: abort.signal });
  expect((await at.tools.runs.read(run))?.heal).toMatchObject({ ended_at: null });
  at.tools.faults.stop = works;
  await at.clock.drive(at.clock.sleep(3_000_000));
  await endsWell(at);
  expect(await at.tools.runs.read(run)).toMatchObject({ heal: { healed: true }, released: 'free' });
});

test('a healthy execution is left alone by the sweeper', async () => {
  const at = await world();
  const ends: unknown[] = [];
  at.clock.timer(9_000, () => void sweep(at.tools)().then((end) => ends.push(...end.swept)));
  expect(endOf(await walkHere(at, {}))).toBe('SUCCEEDED');
  expect(ends).toMatchObject([{ run, did: 'left' }]);
});

test('an execution that outlives its healing deadline is healed under its feet, and ends by itself', async () => {
  const at = await world({ late: () => true });
  at.clock.timer(160_000, () => void sweep(at.tools)());
  expect(endOf(await walkHere(at, {}))).toBe('SUCCEEDED');
  expect(at.running.has(execution)).toBe(true);
  expect(await at.tools.runs.read(run)).toMatchObject({ released: 'free' });
});

test('the same guard that stops a drill does not stop one that is over', async () => {
  const at = await world({ alarm: (moment) => (after(moment, 60_000) ? 'ALARM' : 'OK') });
  expect(endOf(await walkHere(at, {}))).toBe('SUCCEEDED');
});
