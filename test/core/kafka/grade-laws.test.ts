import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import type { Record } from '../../../core/record.ts';
import type { Report } from '../../../core/report.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { FAULT, loseTail } from './a-kafka-record.ts';
import { aLoss, aRoll, stepAt } from './variants.ts';

const worse = { pass: 0, inconclusive: 1, fail: 2 };
const letters = { A: 0, B: 1, C: 2, D: 3, F: 4 };
const rank = (report: Report) => worse[report.verdict] * 10 + letters[report.grade ?? 'F'];

describe('a worse sample never improves the verdict', () => {
  // Shorter than a period it may fall between two attempts, and then the fault was not seen to bite.
  const length = fc.integer({ min: 150, max: 45_000 });
  const class_of = fc.constantFrom<(leader: number, replicas: number[]) => boolean>(
    (leader) => leader === 1,
    (leader, replicas) => leader !== 1 && replicas.includes(1),
    (_, replicas) => !replicas.includes(1),
  );

  test('a longer outage, of whichever class of lanes', () => {
    const lossOf = (is: (leader: number, replicas: number[]) => boolean, length_ms: number) =>
      grade(
        mskBrokerLoss,
        aLoss(mskBrokerLoss, [1], {
          down: ({ leader, replicas }) => (is(leader ?? 0, replicas) ? [[FAULT + 20, FAULT + 20 + length_ms]] : []),
          stop: FAULT + 60_000,
        }),
      );
    fc.assert(
      fc.property(class_of, length, length, (is, one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)].map((each) => lossOf(is, each));
        if (short && long) expect(rank(long)).toBeGreaterThanOrEqual(rank(short));
      }),
      { numRuns: 30 },
    );
  });

  test('a longer pause in any one step of a roll', () => {
    const rollOf = (step: number, length_ms: number) =>
      grade(mskRollingRestart, aRoll({ down: () => [[stepAt(step) + 100, stepAt(step) + 100 + length_ms]] }));
    const pause = fc.integer({ min: 30, max: 20_000 });
    fc.assert(
      fc.property(fc.nat(2), pause, pause, (step, one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)].map((each) => rollOf(step, each));
        if (short && long) expect(rank(long)).toBeGreaterThanOrEqual(rank(short));
      }),
      { numRuns: 20 },
    );
  });

  test('more acknowledged writes missing', () => {
    const whole = grade(mskBrokerLoss, aLoss(mskBrokerLoss, [1]));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(5), (count, partition) => {
        const record = aLoss(mskBrokerLoss, [1]);
        loseTail(record, partition, count);
        const report = grade(mskBrokerLoss, record);
        expect([report.grade, report.ledger?.lost]).toEqual(['F', count]);
        expect(rank(report)).toBeGreaterThan(rank(whole));
      }),
      { numRuns: 20 },
    );
  });

  test.each<[string, KafkaDrill, () => Record]>([
    ['a loss', mskBrokerLoss, () => aLoss(mskBrokerLoss, [1])],
    ['a roll', mskRollingRestart, () => aRoll()],
  ])('less evidence of %s, whatever is taken away', (_, drill, run) => {
    const whole = grade(drill, run());
    expect(whole.grade).toBe('A');
    const cuts: ((record: Record) => void)[] = [
      (record) => void record.events.splice(0),
      (record) => void record.series.splice(0),
      (record) => void record.admission.splice(0),
      (record) => void record.experiments.splice(0),
      (record) => void record.victims.splice(0),
      (record) => void record.probe.lanes.splice(0),
      (record) => void record.probe.segments.splice(0),
      (record) => void record.probe.partitions?.splice(0),
      (record) => void record.readback?.splice(0),
    ];
    fc.assert(
      fc.property(fc.subarray(cuts, { minLength: 1 }), (chosen) => {
        const record = run();
        for (const cut of chosen) cut(record);
        const report = grade(drill, record);
        expect(rank(report)).toBeGreaterThanOrEqual(rank(whole));
        expect(report.verdict).not.toBe('pass');
      }),
      { numRuns: 40 },
    );
  });
});
