import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import { grade } from '../../core/grade.ts';
import type { Record } from '../../core/record.ts';
import type { Report } from '../../core/report.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { aRecord, laneOf } from './a-record.ts';
import { aLossyRecord } from './variants.ts';

/** Each test bears the name of a defect that a peer has and ours must not. */
const gradeOf = (edit: (record: Record) => void, drill: Drill = auroraFailover) => grade(drill, aRecord(edit));
const checkOf = (report: Report, name: string) => report.checks.find((check) => check.name === name);
const ending = (report: Report) => [report.verdict, report.grade];

function renameServers(record: Record, older: string, newer: string): void {
  const servers = record.probe.lanes.flatMap((lane) => lane.servers);
  for (const server of servers) server.server = server.server === 'pg-1@1' ? older : newer;
}

describe('peers', () => {
  test('no-datapoints-is-not-zero', () => {
    for (const edit of [
      (record: Record) => {
        record.series = record.series.filter((series) => !series.name.includes('/acked/'));
      },
      (record: Record) =>
        void record.series.forEach((series) => {
          series.points = series.points.map(() => null);
        }),
    ]) {
      const report = gradeOf(edit);
      expect(ending(report)).toEqual(['inconclusive', 'C']);
      expect(checkOf(report, 'load')).toMatchObject({ verdict: 'inconclusive', got: 'no data points' });
    }
  });

  test.each([
    ['stopped-is-not-completed', 'stopped'],
    ['cancelled-is-not-completed', 'cancelled'],
    ['failed-is-not-completed', 'failed'],
    ['running-is-not-completed', 'running'],
    ['unknown-status-is-inconclusive', 'unknown'],
    ['a status nobody knows is inconclusive', 'COMPLETED'],
  ])('%s', (_, status) => {
    const report = gradeOf((record) =>
      record.experiments.forEach((experiment) => {
        experiment.status = status;
      }),
    );
    expect(ending(report)).toEqual(['inconclusive', 'C']);
    expect(checkOf(report, 'fault-observed')?.got).toBe(`experiment ${status}`);
  });

  test('empty-promise-set-is-invalid: and if it got through, it would not pass', () => {
    expect(ending(gradeOf(() => {}, { ...auroraFailover, promises: [] }))).toEqual(['inconclusive', 'C']);
  });

  test('failed-never-earns-points: one broken promise among kept ones is the whole verdict', () => {
    const report = grade(auroraFailover, aLossyRecord(1));
    expect(ending(report)).toEqual(['fail', 'F']);
    expect(report.checks.filter((check) => check.verdict === 'fail').map((check) => check.name)).toEqual(['no-acknowledged-write-lost']);
  });

  test('score-independent-of-order', () => {
    const shuffled = <T>(values: T[]) => fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length });
    const record = aRecord();
    const wanted = grade(auroraFailover, record);
    fc.assert(
      fc.property(
        shuffled(record.probe.lanes),
        shuffled(record.probe.segments),
        shuffled(record.series),
        shuffled(record.events),
        shuffled(record.readback ?? []),
        (lanes, segments, series, events, readback) => {
          expect(grade(auroraFailover, { ...record, series, events, readback, probe: { ...record.probe, lanes, segments } })).toEqual(
            wanted,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  test('ordinal-1-is-not-10: a victim, a lane and a copy are named whole', () => {
    const report = gradeOf((record) => {
      record.victims = ['pg-10'];
    });
    expect(checkOf(report, 'admitted')).toMatchObject({ verdict: 'inconclusive', got: 'hit pg-10, admitted pg-1' });
    const renamed = gradeOf((record) =>
      record.probe.lanes.forEach((lane) => {
        lane.target = lane.target === 'pg-1' ? 'pg-10' : lane.target;
      }),
    );
    expect(checkOf(renamed, 'one-writer')).toMatchObject({ verdict: 'inconclusive', got: 'nobody watched pg-1' });
  });

  test('ordinal-1-is-not-10: term 10 is newer than term 9', () => {
    expect(ending(gradeOf((record) => renameServers(record, 'pg-1@9', 'pg-2@10')))).toEqual(['pass', 'A']);
  });

  test('low-load-is-inconclusive', () => {
    const report = gradeOf((record) => {
      for (const series of record.series)
        if (series.name.startsWith('writer/acked/')) series.points = series.points.map((point) => point && point * 0.2);
    });
    expect(ending(report)).toEqual(['inconclusive', 'C']);
    expect(checkOf(report, 'load')).toMatchObject({ verdict: 'inconclusive', got: '40 a second' });
  });

  test.each<[string, (record: Record) => void, string]>([
    ['writer-changed', (record) => renameServers(record, 'pg-1@1', 'pg-1@1'), 'not seen: writer-changed'],
    [
      'members-lost',
      (record) => {
        record.events = record.events.filter((event) => event.what !== 'member-lost');
      },
      'not seen: members-lost',
    ],
    [
      'members-lost, of somebody else',
      (record) =>
        record.events.forEach((event) => {
          event.who = event.what === 'member-lost' ? 'pg-10' : (event.who ?? 'run');
        }),
      'not seen: members-lost',
    ],
    [
      'writes-disturbed',
      (record) =>
        record.probe.lanes.forEach((lane) => {
          lane.outages = [];
        }),
      'not seen: writes-disturbed',
    ],
    [
      'an experiment at all',
      (record) => {
        record.experiments = [];
      },
      'no experiment',
    ],
  ])('unobserved-fault-is-inconclusive: %s', (_, edit, got) => {
    const report = gradeOf(edit);
    expect(report.verdict).toBe('inconclusive');
    expect(checkOf(report, 'fault-observed')).toMatchObject({ verdict: 'inconclusive', got });
  });

  test('empty-target-is-not-success', () => {
    const report = gradeOf((record) => {
      record.victims = [];
    });
    expect(checkOf(report, 'admitted')).toMatchObject({ verdict: 'inconclusive', got: 'nobody was hit' });
  });

  test('an empty ledger and a missing read-back are inconclusive', () => {
    const missing = gradeOf((record) => {
      record.readback = null;
    });
    expect([ending(missing), missing.ledger]).toEqual([['inconclusive', 'C'], null]);
    const partial = gradeOf((record) => {
      record.readback = record.readback?.filter((readback) => readback.lane !== 'writer#1') ?? null;
    });
    expect(checkOf(partial, 'read-back')).toMatchObject({ verdict: 'inconclusive', why: 'unread or cut short: writer#1' });
    const empty = gradeOf((record) => {
      for (const lane of record.probe.lanes) {
        lane.outcomes = '';
        lane.attempts = { ok: 0, failed: 0, indeterminate: 0, unsent: 0 };
      }
    });
    expect(checkOf(empty, 'no-acknowledged-write-lost')?.verdict).toBe('inconclusive');
  });

  test('a write called failed that is read back is a defect of the driver, not a pass', () => {
    const report = gradeOf((record) => {
      const { outcomes } = laneOf(record, 'writer#0');
      expect(outcomes).toBe('a406 f53 a1141');
      record.readback?.forEach((readback) => {
        readback.present = readback.lane === 'writer#0' ? 'p407 m52 p1141' : readback.present;
      });
    });
    expect(ending(report)).toEqual(['inconclusive', 'C']);
    expect(report.why).toContain('the driver judges wrongly');
  });
});
