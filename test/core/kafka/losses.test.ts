import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import { lossExpected } from '../../../core/ledger-report.ts';
import type { Record } from '../../../core/record.ts';
import type { Report } from '../../../core/report.ts';
import { mskAcks1 } from '../../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskRf2Min1UncleanTwin } from '../../../drills/msk-rf2-min1-unclean-twin.ts';
import { loseTail } from './a-kafka-record.ts';
import { aControllerLoss, aLoss, anAcks1Loss, anUncleanLoss, aReboot } from './variants.ts';

const check = (report: Report, name: string) => report.checks.find((each) => each.name === name);
const edited = (record: Record, edit: (record: Record) => void): Record => {
  edit(record);
  return record;
};

describe('what was lost', () => {
  test('acks 1: counted as allowed, and the report says that nothing was promised', () => {
    const report = grade(mskAcks1, anAcks1Loss(40));
    expect(report).toMatchObject({ verdict: 'pass', as_expected: true });
    expect(report.ledger).toMatchObject({ lost: 40, lost_allowed: { count: 40, why: expect.stringMatching(/^acks 1 promises nothing/) } });
  });

  test('acks 1 without any loss is inconclusive: the fault did not bite', () => {
    expect(grade(mskAcks1, anAcks1Loss(0))).toMatchObject({ grade: 'C', why: expect.stringContaining('not seen: acknowledged-lost') });
  });

  test('an unclean election: F, counted, with partition and offsets', () => {
    const report = grade(mskRf2Min1UncleanTwin, anUncleanLoss(25));
    expect(report).toMatchObject({ grade: 'F', as_expected: true });
    expect(report.ledger?.lost).toBe(25);
    const [lost] = report.ledger?.lost_list ?? [];
    expect(lost).toMatchObject({
      lane: 'p0#0',
      partition: 0,
      offsets: [
        [905, 919],
        [940, 949],
      ],
    });
    expect((lost?.ranges[0]?.[1] ?? 0) - (lost?.ranges[0]?.[0] ?? 0)).toBe(24);
  });

  test('an unclean election that lost nothing proves nothing', () => {
    expect(grade(mskRf2Min1UncleanTwin, anUncleanLoss(0))).toMatchObject({ grade: 'C', as_expected: false });
  });

  test('with acks all a single loss is F', () => {
    const record = edited(aLoss(mskBrokerLoss, [1]), (each) => loseTail(each, 0, 1));
    expect(grade(mskBrokerLoss, record)).toMatchObject({ grade: 'F', why: expect.stringContaining('1 acknowledged write not read back') });
  });
});

describe('what may be lost is said before the fault, and by the same words after it', () => {
  test.each<[KafkaDrill, () => Record, boolean, RegExp]>([
    [mskBrokerReboot, () => aReboot(), true, /^the drill promises that no .*; acks all: the leader hands over to an in-sync replica/],
    [mskBrokerLoss, () => aLoss(mskBrokerLoss, [1]), true, /acks all: an in-sync replica is elected, which holds all/],
    [mskRf2Min1UncleanTwin, () => anUncleanLoss(25), true, /acks all: a replica elected unclean lacks/],
    [mskAcks1, () => anAcks1Loss(40), false, /^acks 1 promises nothing: .*what its followers had not fetched/],
    [mskControllerLoss, () => aControllerLoss(), true, /no leader of a partition goes/],
  ])('$name', (drill, run, none, why) => {
    const before = lossExpected(drill);
    expect(before).toEqual({ none, why: expect.stringMatching(why) });
    const { lost = -1, lost_allowed } = grade(drill, run()).ledger ?? {};
    expect(lost_allowed).toEqual({ count: none ? 0 : lost, why: before.why });
  });
});

describe('duplicates', () => {
  const doubled = (duplicated: number, duplicated_across_producers: number) =>
    edited(aReboot(), ({ readback }) => Object.assign(readback?.[0] ?? {}, { duplicated, duplicated_across_producers }));
  const idempotent: KafkaDrill = { ...mskBrokerReboot, client: { ...mskBrokerReboot.client, idempotent: true } };

  test('are allowed, and told, where lanes are not idempotent', () => {
    const report = grade(mskBrokerReboot, doubled(3, 0));
    expect(report.grade).toBe('A');
    expect(report.findings).toContain('3 writes there more than once');
    expect(check(report, 'idempotence')).toBeUndefined();
  });

  test('under one producer id are F on idempotent lanes', () => {
    expect(grade(idempotent, doubled(3, 2))).toMatchObject({
      grade: 'F',
      why: expect.stringContaining('1 write twice under one producer id'),
    });
  });

  test('under different ones are the client’s own', () => {
    const report = grade(idempotent, doubled(3, 3));
    expect(report.grade).toBe('A');
    expect(report.ledger).toMatchObject({ duplicated: 3, duplicated_across_producers: 3 });
    expect(report.findings).toContainEqual(expect.stringMatching(/^3 writes of these under different producer ids/));
  });
});
