import { describe, expect, test } from 'vitest';
import { grade } from '../../core/grade.ts';
import { auroraFailover } from '../../drills/aurora-failover.ts';
import { auroraLocalCommitTwin } from '../../drills/aurora-local-commit-twin.ts';
import { auroraQuorumLoss } from '../../drills/aurora-quorum-loss.ts';
import { auroraSplitBrain } from '../../drills/aurora-split-brain.ts';
import { AT, aRecord, laneOf, STARTED_AT } from './a-record.ts';
import { aQuorumLossRecord, aSplitBrainRecord } from './variants.ts';

const at = (after_ms: number) => STARTED_AT + after_ms;

describe('one writer', () => {
  const isolated = (last_send: number) =>
    grade(
      auroraSplitBrain,
      aRecord((record) => {
        const lane = laneOf(record, 'pg-1#0');
        for (const server of lane.servers) server.last_send_at = server.last_done_at = at(last_send);
      }),
    );

  test('is judged by the send time: an acknowledgement may come in after the cut', () => {
    expect(isolated(AT.confirmed).grade).toBe('A');
    expect(isolated(AT.confirmed + 5)).toMatchObject({ grade: 'F', why: expect.stringContaining('sent 5 ms after the cut was confirmed') });
  });

  test('without terms two servers in turns are in doubt', () => {
    const report = grade(auroraFailover, aSplitBrainRecord());
    expect(report.grade).toBe('F');
    const record = aSplitBrainRecord();
    for (const lane of record.probe.lanes) for (const server of lane.servers) server.server = server.server.replace(/@.*/, '');
    expect(grade(auroraLocalCommitTwin, record)).toMatchObject({ grade: 'C', why: expect.stringContaining('carry no term') });
  });

  test('without terms one server that ended before the other began is no second writer', () => {
    const record = aRecord();
    for (const lane of record.probe.lanes) for (const server of lane.servers) server.server = server.server.replace(/@.*/, '');
    expect(grade(auroraFailover, record).checks.find((check) => check.name === 'one-writer')).toMatchObject({
      verdict: 'pass',
      got: 'pg-1, then pg-2',
    });
  });

  test('a server that gets the role back has a new term and is no second writer', () => {
    const record = aRecord();
    for (const lane of record.probe.lanes) for (const server of lane.servers) if (server.server === 'pg-2@2') server.server = 'pg-1@2';
    expect(grade(auroraFailover, record).checks.find((check) => check.name === 'one-writer')?.verdict).toBe('pass');
  });
});

describe('below quorum', () => {
  test('a write acknowledged in between is F', () => {
    const record = aQuorumLossRecord();
    const lane = laneOf(record, 'writer#0');
    const [outage] = lane.outages;
    if (outage?.end == null) throw new Error('no outage');
    lane.outages = [
      { ...outage, end: [at(7_000), at(7_012)] },
      { start: [at(7_010), at(7_021)], end: outage.end, attempts: 1 },
    ];
    expect(grade(auroraQuorumLoss, record)).toMatchObject({ grade: 'F', why: expect.stringContaining('acknowledged below quorum') });
  });

  test('writes that never stopped are F, not a quick recovery', () => {
    const record = aQuorumLossRecord();
    for (const lane of record.probe.lanes) lane.outages = [];
    expect(grade(auroraQuorumLoss, record).grade).toBe('F');
  });

  test('an unknown return is in doubt', () => {
    const record = aQuorumLossRecord();
    record.events = record.events.filter((event) => event.what !== 'fault-ended');
    expect(grade(auroraQuorumLoss, record)).toMatchObject({
      grade: 'C',
      why: expect.stringContaining('the time below quorum is not known'),
    });
  });

  test('reads that stop are D', () => {
    const record = aQuorumLossRecord();
    for (const lane of record.probe.lanes) if (lane.kind === 'read') lane.outages = laneOf(record, 'writer#0').outages;
    expect(grade(auroraQuorumLoss, record)).toMatchObject({ grade: 'D', why: expect.stringContaining('reads-answer') });
  });

  test('recovery counts from the return, and the stop is shown beside it', () => {
    const { recovery, margin } = grade(auroraQuorumLoss, aQuorumLossRecord());
    expect(recovery).toMatchObject({ lo_ms: 384, hi_ms: 397.5, stopped: { lo_ms: 5_140, hi_ms: 5_411.5 } });
    expect(margin).toEqual({ before: 2, min: -1 });
  });
});
