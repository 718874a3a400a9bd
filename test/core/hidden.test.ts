import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { OutageTracker } from '../../core/outage.ts';
import type { Record, Series } from '../../core/record.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraNoReaderTwin } from '../../drills/aurora-no-reader-twin.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { auroraZoneLoss } from '../../drills/aurora-zone-loss.ts';
import { AT, aRecord, laneOf, STARTED_AT, topologyOf } from './a-record.ts';
import { aQuorumLossRecord, aRefusedRecord, aZoneLossRecord } from './variants.ts';

const at = (after_ms: number) => STARTED_AT + after_ms;
const checkOf = (drill: typeof auroraFailover, record: Record, name: string) =>
  grade(drill, record).checks.find((check) => check.name === name);

/** The bins of a target's series from one instant to another, changed. */
function rebin(record: Record, target: string, measure: string, from: number, to: number, point: (series: Series) => number): void {
  for (const series of record.series) {
    if (!series.name.startsWith(`${target}/${measure}`)) continue;
    series.points = series.points.map((old, bin) => {
      const start = series.start_at + bin * series.bin_ms;
      return start >= at(from) && start < at(to) ? point(series) : old;
    });
  }
}

/** As if every attempt on a target had found no connection for a while. */
function unsent(record: Record, target: string, from: number, to: number): void {
  for (const measure of ['acked', 'failed', 'indeterminate']) rebin(record, target, measure, from, to, () => 0);
}

describe('a write accepted below quorum cannot hide inside an outage', () => {
  test('where failures were in flight around it, the tracker alone keeps one outage', () => {
    const tracker = new OutageTracker();
    tracker.add({ sent_at: 0, done_at: 2, ok: true });
    tracker.add({ sent_at: 10, done_at: 260, ok: false });
    tracker.add({ sent_at: 300, done_at: 330, ok: true });
    tracker.add({ sent_at: 310, done_at: 560, ok: false });
    expect(tracker.outages()).toHaveLength(1);
  });

  test('but its bin tells, and it is F', () => {
    const record = aQuorumLossRecord();
    rebin(record, 'writer', 'acked/even', 7_500, 7_600, () => 1);
    expect(grade(auroraQuorumLoss, record)).toMatchObject({ grade: 'F', why: expect.stringContaining('acknowledged below quorum') });
  });

  test('while one that may have been sent before the loss was confirmed is not', () => {
    const record = aQuorumLossRecord();
    rebin(record, 'writer', 'acked/even', 5_100, 5_300, () => 1);
    expect(checkOf(auroraQuorumLoss, record, 'nothing-accepted-below-quorum')?.verdict).toBe('pass');
  });
});

describe('one writer', () => {
  test('a copy whose lane found no connection after the fault was watched by nobody', () => {
    const record = aRecord((each) => unsent(each, 'pg-1', AT.fault, AT.stop));
    expect(checkOf(auroraFailover, record, 'one-writer')).toMatchObject({ verdict: 'inconclusive', got: 'nobody watched pg-1' });
  });

  test('a pause no longer than an attempt takes is none', () => {
    const record = aRecord((each) => unsent(each, 'pg-1', 7_000, 7_400));
    expect(checkOf(auroraFailover, record, 'one-writer')?.verdict).toBe('pass');
  });

  test('a write that nobody knows whom acknowledged may be a second writer', () => {
    const record = aRecord((each) => {
      for (const server of laneOf(each, 'pg-2#0').servers) server.acked -= 1;
    });
    expect(checkOf(auroraFailover, record, 'one-writer')).toMatchObject({
      verdict: 'inconclusive',
      got: 'pg-2/even does not say who acknowledged',
    });
  });

  test('two servers side by side in one term are two writers, one after the other in doubt', () => {
    const beside = (first_done: number, last_send: number) =>
      aRecord((record) => {
        const lane = laneOf(record, 'pg-3#0');
        lane.servers = [
          {
            server: 'pg-3@2',
            acked: 2,
            first_send_at: at(first_done - 2),
            first_done_at: at(first_done),
            last_send_at: at(last_send),
            last_done_at: at(last_send + 2),
          },
        ];
      });
    expect(checkOf(auroraFailover, beside(9_000, 12_000), 'one-writer')).toMatchObject({
      verdict: 'fail',
      why: expect.stringContaining('both in one term'),
    });
    expect(checkOf(auroraFailover, beside(AT.stop + 500, AT.stop + 900), 'one-writer')).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('their term is the same'),
    });
  });
});

test('reads that were never sent were not answered', () => {
  const record = aQuorumLossRecord();
  unsent(record, 'reads', AT.fault + 200, 9_500);
  expect(checkOf(auroraQuorumLoss, record, 'reads-answer')).toMatchObject({ verdict: 'inconclusive', got: '1 silence' });
});

test('what a dead witness had acknowledged after its last checkpoint is in no ledger', () => {
  const record = aRecord((each) => {
    for (const segment of each.probe.segments) segment.died = segment.witness === 'odd';
  });
  expect(checkOf(auroraFailover, record, 'read-back')).toMatchObject({ verdict: 'inconclusive', got: 'segment 1 without a last word' });
  expect(grade(auroraFailover, record).grade).toBe('C');
});

test('a lane that tells of fewer outages than it had hides one', () => {
  const record = aRecord((each) => {
    for (const lane of each.probe.lanes) if (lane.kind === 'service') lane.outages = [];
  });
  expect(checkOf(auroraFailover, record, 'coverage')).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('belong to no outage'),
  });
});

test('a refusal for another reason than admission is not the one that a twin must end with', () => {
  const record = aRefusedRecord();
  expect(grade(auroraNoReaderTwin, record).as_expected).toBe(true);
  record.admission = record.admission.map((decision) => ({ ...decision, admit: true }));
  record.outcome = { kind: 'refused', at: 'preflight', why: 'not injecting: the calendar is closed' };
  expect(grade(auroraNoReaderTwin, record).as_expected).toBe(false);
});

test('where no write went wrong, the slowest answer bounds what may have stood still', () => {
  const slow = aZoneLossRecord();
  rebin(slow, 'writer', 'p99/odd', 8_000, 8_100, () => 240);
  const { recovery, grade: letter } = grade(auroraZoneLoss, slow);
  expect(recovery).toMatchObject({ lo_ms: 0, hi_ms: 254.8 });
  expect(letter).toBe('B');
  const before = aZoneLossRecord();
  rebin(before, 'writer', 'p99/odd', 3_000, 3_100, () => 240);
  expect(grade(auroraZoneLoss, before)).toMatchObject({ grade: 'A', recovery: { lo_ms: 0, hi_ms: 14.9 } });
});

describe('what a record says of itself is not believed', () => {
  test.each<[string, (record: Record) => void, string, string]>([
    ['a topology too small', (record) => record.topology?.members.splice(1), 'admitted', 'refuses when it is computed again'],
    ['no topology to speak of', (record) => record.topology?.members.splice(0), 'admitted', 'refuses when it is computed again'],
    [
      'a weaker commit',
      (record) => {
        topologyOf(record).commit = { mode: 'local' };
      },
      'admitted',
      'refuses when it is computed again',
    ],
    [
      'a controller that may take for ever',
      (record) => {
        const { controller } = topologyOf(record);
        if (controller) controller.promote_ms = [0, 9_000_000];
      },
      'admitted',
      'refuses when it is computed again',
    ],
    ['admitted after the fault', (record) => move(record, 60_000), 'admitted', 'was not admitted'],
    ['admitted an hour before it', (record) => move(record, -3_600_000), 'admitted', 'no longer what the fault met'],
    ['healing at no known time', (record) => drop(record, 'healing'), 'coverage', 'by our own doing'],
    [
      'the fault injected twice',
      (record) => record.experiments.push(...record.experiments.map((each) => ({ ...each, id: 'EXP2' }))),
      'fault-observed',
      'injected twice',
    ],
  ])('%s', (_, edit, name, why) => {
    const record = aRecord(edit);
    expect(checkOf(auroraFailover, record, name)).toMatchObject({ verdict: 'inconclusive', why: expect.stringContaining(why) });
    expect(grade(auroraFailover, record).grade).toBe('C');
  });

  test('a moment below quorum shows nothing of what happens there', () => {
    const record = aQuorumLossRecord();
    for (const event of record.events) if (event.what === 'fault-ended') event.at = at(AT.confirmed + 400);
    expect(checkOf(auroraQuorumLoss, record, 'nothing-accepted-below-quorum')).toMatchObject({
      verdict: 'inconclusive',
      got: 'only 398 ms below quorum',
    });
  });

  function move(record: Record, by_ms: number): void {
    for (const decision of record.admission) decision.at += by_ms;
  }

  function drop(record: Record, what: string): void {
    record.events = record.events.filter((event) => event.what !== what);
  }
});
