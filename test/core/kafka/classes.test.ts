import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import type { Record } from '../../../core/record.ts';
import type { Report } from '../../../core/report.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRf2Min2 } from '../../../drills/msk-rf2-min2.ts';
import { mskThinLoadTwin } from '../../../drills/msk-thin-load-twin.ts';
import { FAULT, partitionLane } from './a-kafka-record.ts';
import { aLoss, aReboot, aStop, kafkaRuns } from './variants.ts';

const runOf = (drill: KafkaDrill): Record => {
  const found = kafkaRuns.find(([each]) => each.name === drill.name);
  if (found === undefined) throw new Error(`no run of ${drill.name}`);
  return found[1]();
};
const check = (report: Report, name: string) => report.checks.find((each) => each.name === name);

describe('below min ISR', () => {
  test('only its partitions must stop, and recovery counts from the return', () => {
    const report = grade(mskRf2Min2, runOf(mskRf2Min2));
    expect(report.recovery?.classes.map(({ name, lanes }) => [name, lanes])).toEqual([
      ['below min ISR', 8],
      ['untouched', 4],
    ]);
    expect(report.recovery?.lo_ms).toBeLessThan(6_300);
    expect(report.recovery?.stopped?.lo_ms).toBeGreaterThan(60_000);
    expect(report.recovery?.compared).toEqual([
      { name: 'RF 3, min ISR 2', expected: { lo_ms: 7_000, hi_ms: 12_625 }, why: expect.stringContaining('2 >= 2') },
    ]);
  });

  test('the checks speak of min ISR and brokers, which a partition has', () => {
    const report = grade(mskRf2Min2, runOf(mskRf2Min2));
    const told = ['nothing-accepted-below-quorum', 'writes-stop-below-quorum', 'recovery-within-limit'].map((name) => check(report, name));
    expect(told.map((each) => [each?.wanted, each?.got, each?.why].join(' ')).join(' ')).not.toMatch(/quorum|copy|copies/);
    expect(told[0]).toMatchObject({
      wanted: 'no write sent after the loss was confirmed acknowledged before a broker began to come back',
      why: 'no write was acknowledged by fewer in-sync replicas than min ISR',
    });
    expect(told[1]?.why).toBe('writes stopped while there were fewer in-sync replicas than min ISR');
    expect(told[2]?.wanted).toBe('writes back within 60,000 ms of the return of a broker');
  });

  test('with brokers too few for more replicas there is nothing to compare', () => {
    expect(grade(mskQuorumLoss, runOf(mskQuorumLoss)).recovery).not.toHaveProperty('compared');
  });

  test('a write accepted there is F', () => {
    const record = aStop(mskQuorumLoss, [1, 2], 20_000, {
      down: ({ partition }) => (partition === 3 ? [] : [[FAULT + 20, FAULT + 26_200]]),
    });
    expect(grade(mskQuorumLoss, record)).toMatchObject({
      grade: 'F',
      why: expect.stringContaining('p3/even was acknowledged below min ISR'),
    });
  });

  test('others that stop for as long are D', () => {
    const record = aStop(mskRf2Min2, [1], 60_000, { down: () => [[FAULT + 20, FAULT + 66_200]] });
    expect(grade(mskRf2Min2, record)).toMatchObject({ grade: 'D', why: expect.stringContaining('stopped as well') });
  });

  test('others that stop for a while make it B', () => {
    const record = aStop(mskRf2Min2, [1], 60_000, {
      down: ({ replicas }) => [[FAULT + 20, replicas.includes(1) ? FAULT + 66_200 : FAULT + 5_000]],
    });
    expect(grade(mskRf2Min2, record)).toMatchObject({ grade: 'B', as_expected: true });
  });
});

describe('every class is held to its own expectation', () => {
  test('five seconds where nothing was hit make it B, though they are within what others may take', () => {
    const slow = aLoss(mskBrokerLoss, [1], {
      down: (partition) => [[FAULT + 20, partition.replicas.includes(1) ? FAULT + 9_600 : FAULT + 5_000]],
    });
    const report = grade(mskBrokerLoss, slow);
    expect(report).toMatchObject({ grade: 'B', verdict: 'pass' });
    expect(check(report, 'recovery-within-limit')?.why).toMatch(
      /^within the limit, later than predicted: led 8,500 to .*; untouched 3,900 to 5,10[\d.]+ ms, expected 0 to 1,000 ms \(led: noticed/,
    );
  });

  test('sooner than predicted is a finding of its class', () => {
    const soft = aLoss(mskBrokerLoss, [1], { down: (partition) => (partition.leader === 1 ? [[FAULT + 20, FAULT + 3_000]] : []) });
    expect(grade(mskBrokerLoss, soft).findings).toContainEqual(
      expect.stringMatching(/^recovery of the lanes led of .* is shorter than the 7,000 ms/),
    );
  });

  test('a hole on one lane counts, though the witnesses watched others', () => {
    const record = aLoss(mskBrokerLoss, [1]);
    for (const series of record.series)
      if (/^p2\/(acked|failed|indeterminate)/.test(series.name))
        series.points = series.points.map((point, bin) => (bin > 50 && bin < 70 ? 0 : point));
    expect(check(grade(mskBrokerLoss, record), 'coverage')).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('what a report tells beside', () => {
  test('the decomposition of a loss', () => {
    const { recovery } = grade(
      mskBrokerLoss,
      aLoss(mskBrokerLoss, [1], {
        gone: [
          { at: FAULT + 9_100, ids: [1] },
          { at: FAULT + 20_000, ids: [] },
        ],
      }),
    );
    expect(recovery?.steps.map(({ name, to_ms }) => [name, to_ms])).toEqual([
      ['noticed: the first partition seen to change', 9_100],
      ['elected: new leaders seen', 9_100],
      ['client reconnected: first write acknowledged', expect.closeTo(9_600, -3)],
      ['ISR restored', 20_000],
      ['preferred leaders back', null],
    ]);
  });

  test('what healing brought back is not what the system did: a step seen only then was not seen', () => {
    const healed = FAULT + 40_000 + 5_000;
    const { recovery } = grade(
      mskBrokerLoss,
      aLoss(mskBrokerLoss, [1], {
        gone: [
          { at: FAULT + 9_100, ids: [1] },
          { at: healed, ids: [] },
        ],
      }),
    );
    expect(recovery?.steps.map(({ name, to_ms }) => [name, to_ms]).slice(2)).toEqual([
      ['client reconnected: first write acknowledged', expect.closeTo(9_600, -3)],
      ['ISR restored', null],
      ['preferred leaders back', null],
    ]);
  });

  test('a controller takes no partition with it: there is no step to be seen', () => {
    expect(grade(mskControllerLoss, runOf(mskControllerLoss)).recovery?.steps).toEqual([]);
  });

  test('the decomposition of a return', () => {
    const { recovery } = grade(mskRf2Min2, runOf(mskRf2Min2));
    expect(recovery?.steps.map(({ name }) => name)).toEqual([
      'min ISR reached',
      'ISR restored',
      'client reconnected: first write acknowledged',
      'preferred leaders back',
    ]);
  });

  test('how far the ISR shrank', () => {
    expect(grade(mskBrokerLoss, aLoss(mskBrokerLoss, [1])).findings).toContainEqual(
      expect.stringMatching(/^the ISR of \d partitions shrank, at worst p0's to \{2,3\} of \{1,2,3\}; \d not full again before healing$/),
    );
  });

  test('replicas that share a rack, and voters that spare nobody more', () => {
    const record = aLoss(mskBrokerLoss, [1]);
    if (record.topology?.store !== 'msk') throw new Error('no Kafka topology');
    for (const member of record.topology.members) if (member.zone === 'rack-c') member.zone = 'rack-b';
    record.topology.members = record.topology.members.filter(({ name }) => name !== 'controller-103');
    const { findings } = grade(mskBrokerLoss, record);
    expect(findings).toContain('6 partitions with more than one replica in a rack: the loss of it takes them all');
    expect(findings).toContain('2 voters spare no more than 1 do');
  });

  test('a topology that spares nobody', () => {
    expect(grade(mskRf2Min2, runOf(mskRf2Min2)).findings).toContain('min ISR 2 of 2 replicas: the loss of any one stops acks=all writes');
  });

  test('load that is thin, and would not be if it were whole', () => {
    expect(grade(mskThinLoadTwin, runOf(mskThinLoadTwin))).toMatchObject({ grade: 'C', why: expect.stringContaining('load: 30') });
    expect(grade(mskThinLoadTwin, aReboot(mskThinLoadTwin))).toMatchObject({ verdict: 'pass', as_expected: false });
  });

  test('lanes know their partition', () => {
    expect(partitionLane(aReboot(), 5, 1).lane).toBe('p5#1');
  });
});
