import { describe, expect, test } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import { isTerminal } from '../../lambdas/experiments.ts';
import type { Calendar, Evidence, Faults, Metrics, Notices, Probe, RunRow } from '../../lambdas/tools.ts';
import type { Beat, SegmentResult } from '../../probe/contract.ts';

type Make<T> = () => T | Promise<T>;

/** What every store of evidence promises; `make` gives an empty one. */
export function evidenceConformance(name: string, make: Make<Evidence>): void {
  describe(`${name} keeps evidence`, () => {
    test('as it was given, under keys with folders', async () => {
      const evidence = await make();
      const value = { text: 'ä "quoted"', list: [1, null, { deep: true }], big: 'x'.repeat(300_000) };
      await evidence.put('run-1/segments/0.json', value);
      await evidence.put('run-1/record.json', [1]);
      expect(await evidence.get('run-1/segments/0.json')).toEqual(value);
      expect(await evidence.get('run-1/record.json')).toEqual([1]);
    });

    test('the last one put, apart from what the caller does to it later', async () => {
      const evidence = await make();
      const value = { n: 1 };
      await evidence.put('run-1/a.json', value);
      value.n = 2;
      expect(await evidence.get('run-1/a.json')).toEqual({ n: 1 });
      await evidence.put('run-1/a.json', value);
      expect(await evidence.get('run-1/a.json')).toEqual({ n: 2 });
    });

    test('and says undefined where there is none', async () => {
      const evidence = await make();
      await evidence.put('run-1/a.json', 1);
      expect(await evidence.get('run-1/b.json')).toBeUndefined();
      expect(await evidence.get('run-10/a.json')).toBeUndefined();
    });
  });
}

/** Faults to try, with one way to start an experiment for a row that announces it. */
export interface FaultsOnTrial {
  faults: Faults;
  drill: Drill;
  /** A row in phase `injecting`, its step announced. */
  row: RunRow;
  /** Calls StartExperiment as the workflow does and returns the id. */
  start(row: RunRow): Promise<string>;
  sleep(ms: number): Promise<void>;
}

/** What every implementation of FIS's nouns promises. */
export function faultsConformance(name: string, make: Make<FaultsOnTrial>): void {
  describe(`${name} speaks of experiments`, () => {
    test('none before one is started, and healing nothing is safe', async () => {
      const { faults, drill, row } = await make();
      expect(await faults.get('EXP-none')).toBeUndefined();
      expect(await faults.find(faults.template(drill), row.run)).toEqual([]);
      await faults.undo(row);
      await faults.undo(row);
    });

    test('by id, and by template and run', async () => {
      const { faults, drill, row, start } = await make();
      const id = await start(row);
      expect(await faults.get(id)).toMatchObject({ id, template: faults.template(drill), tags: { run: row.run } });
      expect((await faults.find(faults.template(drill), row.run)).map((each) => each.id)).toEqual([id]);
      expect(await faults.find(faults.template(drill), `${row.run}0`)).toEqual([]);
      expect(await faults.find('another-template', row.run)).toEqual([]);
      await faults.undo(row);
    });

    test('one for each token, however often it is started', async () => {
      const { faults, drill, row, start } = await make();
      const id = await start(row);
      expect(await start(row)).toBe(id);
      expect(await faults.find(faults.template(drill), row.run)).toHaveLength(1);
      await faults.undo(row);
    });

    test('that end, when stopped or by themselves, with an end time and the admitted victims', async () => {
      const { faults, row, start, sleep } = await make();
      const id = await start(row);
      await faults.stop(id);
      await faults.stop(id);
      for (let looks = 0; looks < 300; looks += 1) {
        const now = await faults.get(id);
        if (now !== undefined && isTerminal(now)) break;
        await sleep(100);
      }
      const ended = await faults.get(id);
      expect(ended).toMatchObject({
        status: expect.stringMatching(/^(completed|stopped)$/),
        start_at: expect.any(Number),
        end_at: expect.any(Number),
      });
      expect(row.steps[0]?.victims).toEqual(expect.arrayContaining(ended?.actions.flatMap((action) => action.targets) ?? []));
      await faults.undo(row);
      await faults.undo(row);
    });

    test('and of events in the order in which they happened', async () => {
      const { faults, row, start, sleep } = await make();
      await start(row);
      await sleep(1_000);
      const times = (await faults.events(row)).map((event) => event.at);
      expect(times.length).toBeGreaterThan(0);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      await faults.undo(row);
    });
  });
}

/** What every source of alarms promises; `known` are alarms that exist there. */
export function alarmsConformance(name: string, make: Make<{ metrics: Metrics; known: string[] }>): void {
  describe(`${name} answers for alarms`, () => {
    test('one for each name asked, those that do not exist without data', async () => {
      const { metrics, known } = await make();
      const asked = ['no-such-alarm', ...known];
      const alarms = await metrics.alarms(asked);
      expect(alarms.map((alarm) => alarm.name).sort()).toEqual([...asked].sort());
      expect(alarms.find((alarm) => alarm.name === 'no-such-alarm')?.state).toBe('INSUFFICIENT_DATA');
      for (const alarm of alarms) expect(['OK', 'ALARM', 'INSUFFICIENT_DATA']).toContain(alarm.state);
      expect(await metrics.alarms([])).toEqual([]);
    });
  });
}

/** What every calendar promises; each maker gives one in that condition for the hour after epoch second 1,800,000,000. */
export function calendarConformance(
  name: string,
  make: { open: Make<Calendar>; closed: Make<Calendar>; unreadable: Make<Calendar> },
): void {
  const [from, to] = [1_800_000_000_000, 1_800_003_600_000];
  describe(`${name} is asked for the time`, () => {
    test('open', async () => expect(await (await make.open()).open(from, to)).toMatchObject({ open: true }));
    test('closed, with why', async () =>
      expect(await (await make.closed()).open(from, to)).toMatchObject({ open: false, why: expect.stringMatching(/./) }));
    test('and throws when it cannot be read', async () => {
      const calendar = await make.unreadable();
      await expect(calendar.open(from, to)).rejects.toThrow();
    });
  });
}

/** What every channel of notices promises. */
export function noticesConformance(name: string, make: Make<Notices>): void {
  test(`${name} takes notices of every kind`, async () => {
    const notices = await make();
    for (const kind of ['phase', 'refused', 'verdict', 'unhealed', 'swept'] as const)
      await notices.publish({ run: 'run-1', drill: 'd', kind, text: 'said' });
  });
}

/** A probe to try, on a store that answers; `during` runs work that may need the clock moved. */
export interface ProbeOnTrial {
  probe: Probe;
  drill: Drill;
  run: string;
  now(): number;
  during<T>(work: Promise<T>): Promise<T>;
}

/** What every probe promises of one segment, told to stop after three beats, and of its read-back. */
export function probeConformance(name: string, make: Make<ProbeOnTrial>): void {
  const segment = async (
    trial: ProbeOnTrial,
    stop_after_ms: number,
    beats_wanted: number,
  ): Promise<{ beats: Beat[]; result: SegmentResult; stop_at: number }> => {
    const beats: Beat[] = [];
    const stop_at = trial.now() + stop_after_ms;
    const beat = async (one: Beat) => ({ stop: beats.push(one) >= beats_wanted });
    const work = trial.probe.watch(
      { run: trial.run, drill: trial.drill, witness: 'odd', segment: 3, stop_at },
      { beat, checkpoint: async () => {} },
    );
    return { beats, result: await trial.during(work), stop_at };
  };

  describe(`${name} watches`, () => {
    test('until it is told to stop, with a heartbeat for each look', async () => {
      const { beats, result, stop_at } = await segment(await make(), 60_000, 3);
      expect(beats.length).toBeGreaterThanOrEqual(3);
      expect(beats.map((beat) => beat.at)).toEqual(beats.map((beat) => beat.at).sort((a, b) => a - b));
      for (const beat of beats)
        expect(beat).toMatchObject({ witness: 'odd', segment: 3, service: [expect.objectContaining({ acked: expect.any(Number) })] });
      expect(result).toMatchObject({ final: true, record: { segment: 3, witness: 'odd', died: false } });
      expect(result.record.to).toBeLessThan(stop_at);
    });

    test('until its own deadline when nobody tells it', async () => {
      const { result, stop_at } = await segment(await make(), 2_500, Number.POSITIVE_INFINITY);
      expect(result.final).toBe(true);
      expect(result.record.to).toBeGreaterThanOrEqual(stop_at - 1_000);
    });

    test('lanes with a name of their own and an outcome for each number, and reads them all back', async () => {
      const trial = await make();
      const { result } = await segment(trial, 60_000, 2);
      const kinds = new Set(result.lanes.map((lane) => lane.kind));
      expect([...kinds].sort()).toEqual(['pinned', 'read', 'service']);
      for (const lane of result.lanes) expect(lane).toMatchObject({ lane: `${lane.target}#3`, segment: 3 });
      const counted = result.lanes
        .filter((lane) => lane.kind !== 'read')
        .map(({ lane, attempts: { ok, failed, indeterminate, unsent } }) => ({ lane, count: ok + failed + indeterminate + unsent }));
      const readback = await trial.during(trial.probe.readback(trial.run, trial.drill, counted));
      expect(readback.map((each) => each.lane).sort()).toEqual(counted.map((each) => each.lane).sort());
      const service = result.lanes.find((lane) => lane.kind === 'service');
      expect(service?.attempts.ok).toBeGreaterThan(0);
      expect(readback.find((each) => each.lane === service?.lane)?.present).toMatch(/^p[1-9]/);
    });
  });
}
