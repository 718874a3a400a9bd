import { describe, expect, test } from 'vitest';
import type { Drill } from '../../core/drill.ts';
import { grade } from '../../core/grade.ts';
import type { Record } from '../../core/record.ts';
import { writerAlone } from '../../drills/aurora.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { drills } from '../../drills/index.ts';
import { AT, aRecord, laneOf, STARTED_AT } from './a-record.ts';
import {
  aBlindRecord,
  aLateRecord,
  aLossyRecord,
  aQuorumLossRecord,
  aRefusedRecord,
  aSplitBrainRecord,
  aZoneLossRecord,
} from './variants.ts';

const drillOf = (record: Record): Drill => {
  const drill = drills.find((each) => each.name === record.drill);
  if (drill === undefined) throw new Error(`no drill ${record.drill}`);
  return drill;
};
const graded = (record: Record) => grade(drillOf(record), record);
const at = (after_ms: number) => STARTED_AT + after_ms;

describe('a grade', () => {
  test.each<[string, Record, string, string | null, string]>([
    ['a failover', aRecord(), 'pass', 'A', 'every promise held'],
    ['a zone lost within the quorum', aZoneLossRecord(), 'pass', 'A', 'every promise held'],
    ['writes that stop below quorum and come back', aQuorumLossRecord(), 'pass', 'A', 'every promise held'],
    ['acknowledged writes lost', aLossyRecord(), 'fail', 'F', '25 of 3,250 lost'],
    ['two writers', aSplitBrainRecord(), 'fail', 'F', 'pg-1@1 and pg-2@2 at once'],
    ['too late', aLateRecord(), 'fail', 'D', '7,489.5 ms > 5,000 ms'],
    ['nobody watched', aBlindRecord(), 'inconclusive', 'C', 'no witness watched from -40 to 3,960 ms after the fault'],
    ['refused', aRefusedRecord(), 'inconclusive', null, 'refused at preflight: 1 instance: readers to promote 0 < 1: refuse'],
  ])('%s ends as its drill says', (_, record, verdict, letter, why) => {
    const report = graded(record);
    expect([report.verdict, report.grade, report.as_expected]).toEqual([verdict, letter, true]);
    expect(report.why).toContain(why);
  });

  test.each<[string, number, number, string, string | null]>([
    ['hi <= expected.hi', 5_583, 10_000, 'pass', 'A'],
    ['expected.hi < hi <= limit', 8_000, 10_000, 'pass', 'B'],
    ['lo <= limit < hi', 8_000, 2_940, 'inconclusive', 'C'],
    ['lo > limit', 8_000, 2_900, 'fail', 'D'],
  ])('%s: up at %i, limit %i ms: %s %s', (_, up, recovery_ms, verdict, letter) => {
    const report = grade(
      { ...auroraFailover, limits: { recovery_ms } },
      aRecord(() => {}, { up, stop: 20_000 }),
    );
    expect([report.verdict, report.grade]).toEqual([verdict, letter]);
  });

  test('a recovery that never came is D once the limit has passed, C before', () => {
    const never = (watched_ms: number) =>
      grade(
        auroraFailover,
        aRecord(() => {}, { up: 999_999, stop: AT.down + watched_ms }),
      );
    expect(never(12_000)).toMatchObject({ verdict: 'fail', grade: 'D', recovery: { hi_ms: null } });
    expect(never(3_000)).toMatchObject({ verdict: 'inconclusive', grade: 'C' });
  });

  test('a broken safety promise outweighs a missing assumption, and that a late recovery', () => {
    const blindAndLossy = aLossyRecord();
    blindAndLossy.experiments = [];
    expect(graded(blindAndLossy).grade).toBe('F');
    const blindAndLate = aLateRecord();
    blindAndLate.experiments = [];
    expect(graded(blindAndLate).grade).toBe('C');
  });

  test.each<[string, (record: Record) => void, string, string | null, string]>([
    [
      'aborted by a guard',
      (record) => {
        record.outcome = { kind: 'aborted', by: 'guard', why: 'latency alarm' };
      },
      'aborted',
      null,
      'aborted by a guard: latency alarm',
    ],
    [
      'not healed',
      (record) => {
        record.healed = false;
      },
      'unhealed',
      null,
      'not well again after healing',
    ],
    [
      'topology unread',
      (record) => {
        record.topology = null;
      },
      'completed',
      'C',
      'the topology could not be read',
    ],
    [
      'not admitted again',
      (record) => {
        record.admission = record.admission.filter((decision) => decision.stage !== 'readmission');
      },
      'completed',
      'C',
      'a decision is missing',
    ],
    [
      'sick before the fault',
      (record) =>
        void laneOf(record, 'writer#0').outages.unshift({ start: [at(2_000), at(2_011)], end: [at(2_010), at(2_022)], attempts: 1 }),
      'completed',
      'C',
      'writes already went wrong',
    ],
    [
      'no baseline',
      (record) => {
        record.experiments = record.experiments.map((each) => ({ ...each, start_at: at(AT.load + 500) }));
        record.admission = record.admission.map((each) => ({ ...each, at: at(AT.load + 400) }));
      },
      'completed',
      'C',
      'too short a baseline',
    ],
    [
      'no lane through the endpoint',
      (record) => {
        record.probe.lanes = record.probe.lanes.filter((lane) => lane.kind !== 'service');
      },
      'completed',
      'C',
      'too short a baseline',
    ],
  ])('%s has its own ending', (_, edit, outcome, letter, why) => {
    const report = grade(auroraFailover, aRecord(edit));
    expect([report.outcome, report.grade, report.as_expected]).toEqual([outcome, letter, false]);
    expect(report.why).toContain(why);
  });

  test('a loss is told even when the run was aborted', () => {
    const record = aLossyRecord();
    record.outcome = { kind: 'aborted', by: 'person', why: 'Ctrl-C' };
    expect(graded(record)).toMatchObject({ outcome: 'aborted', verdict: 'fail', grade: null, as_expected: false });
  });

  test('acks1-loss-allowed-acksall-not: a drill that promises nothing about writes allows their loss and says so', () => {
    const report = grade({ ...auroraFailover, topology: writerAlone, promises: ['one-writer', 'recovery-within-limit'] }, aLossyRecord());
    expect(report.grade).toBe('A');
    expect(report.ledger).toMatchObject({
      lost: 25,
      lost_allowed: { count: 25, why: 'the drill promises nothing about acknowledged writes' },
      loss_bound: null,
    });
    expect(graded(aLossyRecord()).ledger?.lost_allowed.count).toBe(0);
  });

  test('a twin that fails by another check than it names is not as expected', () => {
    const twin: Drill = {
      ...drillOf(aLossyRecord()),
      mustEnd: { outcome: 'fail', grade: 'F', because: 'two writers', check: 'one-writer' },
    };
    expect(grade(twin, aLossyRecord()).as_expected).toBe(false);
    expect(grade(twin, aSplitBrainRecord()).as_expected).toBe(true);
  });

  test('the same documents give the same bytes, and grading changes neither', () => {
    const record = aQuorumLossRecord();
    const before = JSON.stringify(record);
    expect(JSON.stringify(graded(record))).toBe(JSON.stringify(graded(aQuorumLossRecord())));
    expect(JSON.stringify(record)).toBe(before);
  });

  test('a check that breaks is inconclusive and says how', () => {
    const record = aRecord();
    Object.defineProperty(record, 'experiments', {
      get: () => [
        {
          status: 'completed',
          start_at: at(AT.fault),
          get id(): string {
            throw new Error('unused');
          },
        },
      ],
    });
    Object.defineProperty(record, 'victims', {
      get: () => {
        throw new Error('victims are gone');
      },
    });
    const report = graded(record);
    expect(report.grade).toBe('C');
    expect(report.checks.find((check) => check.name === 'admitted')).toMatchObject({ verdict: 'inconclusive', why: 'victims are gone' });
  });
});
