import { describe, expect, test } from 'vitest';
import type { NewRun, RunRow, Runs } from '../../lambdas/tools.ts';

/** A run to claim, at minute 0 with a lease of ten minutes. */
export function aRun(run: string, change: Partial<NewRun> = {}): NewRun {
  const minute = 60_000;
  return {
    run,
    execution: `execution:${run}`,
    drill: 'virtual-failover',
    store: 'store-1',
    claimed_at: 0,
    deadline_at: 2 * minute,
    heal_deadline_at: 4 * minute,
    expires_at: 10 * minute,
    slot: null,
    takeover: false,
    ...change,
  };
}

async function rowOf(runs: Runs, run: string): Promise<RunRow> {
  const row = await runs.read(run);
  if (row === undefined) throw new Error(`no row of ${run}`);
  return row;
}

type Make = () => Runs | Promise<Runs>;

/** What every implementation of `Runs` promises; `make` gives an empty one. */
export function runsConformance(name: string, make: Make): void {
  describe(`${name} claims`, () => claiming(make));
  describe(`${name} changes rows`, () => changing(make));
  describe(`${name} ends leases`, () => ending(make));
  describe(`${name} hands expired leases over`, () => handingOver(make));
}

function claiming(make: Make): void {
  test('a free store once, with row, lease and fence', async () => {
    const runs = await make();
    expect(await runs.claim(aRun('a'))).toMatchObject({
      status: 'claimed',
      row: { run: 'a', fence: 1, version: 1, phase: 'claimed', released: null, steps: [] },
    });
    expect(await runs.lease('store-1')).toMatchObject({ state: 'held', run: 'a', fence: 1, expires_at: 600_000 });
    expect(await runs.read('a')).toMatchObject({ drill: 'virtual-failover', store: 'store-1', heal: null });
    expect(await runs.read('b')).toBeUndefined();
  });

  test('again for the same run and execution: the row as it is, not a second one', async () => {
    const runs = await make();
    await runs.claim(aRun('a', { slot: 'virtual-failover/09:00' }));
    await runs.change('a', (row) => ({ ...row, phase: 'admitted' }));
    expect(await runs.claim(aRun('a', { slot: 'virtual-failover/09:00' }))).toMatchObject({
      status: 'claimed',
      row: { phase: 'admitted', fence: 1 },
    });
  });

  test('not a run that belongs to another execution', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('a', { execution: 'execution:other' }))).toMatchObject({ status: 'duplicate' });
  });

  test('a slot once, even after its run is over', async () => {
    const runs = await make();
    await runs.claim(aRun('a', { slot: 'virtual-failover/09:00' }));
    expect(await runs.claim(aRun('b', { slot: 'virtual-failover/09:00', store: 'store-2' }))).toMatchObject({ status: 'duplicate' });
    await runs.release('a', 'free', 'done');
    expect(await runs.claim(aRun('c', { slot: 'virtual-failover/09:00' }))).toMatchObject({ status: 'duplicate' });
    expect(await runs.read('b')).toBeUndefined();
    expect(await runs.claim(aRun('d', { slot: 'virtual-failover/10:00' }))).toMatchObject({ status: 'claimed' });
  });

  test('a refused claim leaves nothing: neither row nor slot', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('b', { slot: 'virtual-failover/09:00' }))).toMatchObject({ status: 'refused' });
    expect(await runs.read('b')).toBeUndefined();
    await runs.release('a', 'free', 'done');
    expect(await runs.claim(aRun('b', { slot: 'virtual-failover/09:00' }))).toMatchObject({ status: 'claimed' });
  });

  test('two stores at once, one after another with a higher fence', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('b', { store: 'store-2' }))).toMatchObject({ status: 'claimed', row: { fence: 1 } });
    await runs.release('a', 'free', 'done');
    expect(await runs.claim(aRun('c'))).toMatchObject({ status: 'claimed', row: { fence: 2 } });
  });

  test('one of many claimers that race', async () => {
    const runs = await make();
    const names = Array.from({ length: 12 }, (_, index) => `racer-${index}`);
    const ends = await Promise.all(names.map((each) => runs.claim(aRun(each))));
    expect(ends.filter((end) => end.status === 'claimed')).toHaveLength(1);
    expect(ends.filter((end) => end.status === 'refused')).toHaveLength(11);
    expect(await runs.unreleased()).toHaveLength(1);
  });
}

function changing(make: Make): void {
  test('raising the version by one, and not at all when the edit declines', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.change('a', (row) => ({ ...row, phase: 'admitted' }))).toMatchObject({ phase: 'admitted', version: 2 });
    expect(await runs.change('a', () => null)).toMatchObject({ phase: 'admitted', version: 2 });
    expect(await runs.read('a')).toMatchObject({ phase: 'admitted', version: 2 });
  });

  test('of many interleaved writers, losing none', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    const add = (index: number) => runs.change('a', (row) => ({ ...row, margins: [...row.margins, { at: index, margin: 1 }] }));
    await Promise.all(Array.from({ length: 25 }, (_, index) => add(index)));
    const row = await rowOf(runs, 'a');
    expect(row.margins.map((each) => each.at).sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect(row.version).toBe(26);
  });

  test('trying an edit again on the row that another writer left', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    const seen: string[] = [];
    let other: Promise<unknown> = Promise.resolve();
    await runs.change('a', (row) => {
      seen.push(row.phase);
      if (seen.length === 1) other = runs.change('a', (own) => ({ ...own, phase: 'admitted' }));
      return { ...row, margins: [{ at: 1, margin: 2 }] };
    });
    await other;
    expect(await runs.read('a')).toMatchObject({ phase: 'admitted', margins: [{ at: 1, margin: 2 }] });
  });

  test('and an edit that spoils its argument spoils nothing else', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    await runs.change('a', (row) => {
      row.events.length = 0;
      return null;
    });
    expect((await rowOf(runs, 'a')).events).toHaveLength(1);
  });

  test('only where there is a row', async () => {
    const runs = await make();
    await expect(runs.change('nobody', (row) => row)).rejects.toThrow(/nobody/);
  });
}

function ending(make: Make): void {
  test('free: the row is closed, the store can be claimed, and again changes nothing', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    await runs.release('a', 'free', 'done');
    const closed = await rowOf(runs, 'a');
    expect(closed).toMatchObject({ phase: 'closed', released: 'free' });
    await runs.release('a', 'quarantined', 'too late');
    expect(await runs.read('a')).toEqual(closed);
    expect(await runs.lease('store-1')).toMatchObject({ state: 'free', run: null });
    expect(await runs.unreleased()).toEqual([]);
  });

  test('quarantined: refused until it is cleared, which works once', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    await runs.release('a', 'quarantined', 'a copy is missing');
    expect(await runs.claim(aRun('b'))).toMatchObject({ status: 'refused', why: expect.stringContaining('a copy is missing') });
    expect(await runs.claim(aRun('b', { takeover: true, claimed_at: 10_000_000 }))).toMatchObject({ status: 'refused' });
    expect(await runs.clear('store-1', 'looked at')).toBe(true);
    expect(await runs.clear('store-1', 'looked at')).toBe(false);
    expect(await runs.claim(aRun('b'))).toMatchObject({ status: 'claimed', row: { fence: 2 } });
    expect(await runs.clear('store-1', 'a held lease is no quarantine')).toBe(false);
  });

  test('rows not released yet, oldest first', async () => {
    const runs = await make();
    await runs.claim(aRun('young', { store: 'store-2', claimed_at: 20 }));
    await runs.claim(aRun('old', { claimed_at: 10 }));
    expect((await runs.unreleased()).map((row) => row.run)).toEqual(['old', 'young']);
    await runs.release('old', 'free', 'done');
    expect((await runs.unreleased()).map((row) => row.run)).toEqual(['young']);
  });

  test('of a run that is not there: nothing happens', async () => {
    const runs = await make();
    await runs.release('nobody', 'free', 'done');
    expect(await runs.lease('store-1')).toBeUndefined();
  });
}

function handingOver(make: Make): void {
  const late = { claimed_at: 600_001, expires_at: 1_200_000 };

  test('not without the word that its holder is gone', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('b', late))).toMatchObject({ status: 'refused' });
  });

  test('not before it has expired', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('b', { claimed_at: 599_999, takeover: true }))).toMatchObject({ status: 'refused' });
  });

  test('with a higher fence, so that the former holder can release it no more', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    expect(await runs.claim(aRun('b', { ...late, takeover: true }))).toMatchObject({ status: 'claimed', row: { fence: 2 } });
    await runs.release('a', 'quarantined', 'a late word');
    expect(await runs.lease('store-1')).toMatchObject({ state: 'held', run: 'b', fence: 2 });
    expect(await runs.read('a')).toMatchObject({ phase: 'closed', released: 'quarantined' });
  });

  test('to one of two that both want it', async () => {
    const runs = await make();
    await runs.claim(aRun('a'));
    const ends = await Promise.all(['b', 'c'].map((run) => runs.claim(aRun(run, { ...late, takeover: true }))));
    expect(ends.map((end) => end.status).sort()).toEqual(['claimed', 'refused']);
  });
}
