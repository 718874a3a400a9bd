import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { grade } from '../../../core/grade.ts';
import type { PartitionSight, Record } from '../../../core/record.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { event, FAULT, STARTED_AT } from './a-kafka-record.ts';
import { aControllerLoss, aLoss, aReboot, aRoll, stepAt } from './variants.ts';

const observed = (drill: KafkaDrill, record: Record) => grade(drill, record).checks.find(({ name }) => name === 'fault-observed');
const healing_ms = (record: Record) => (record.events.find(({ what }) => what === 'healing')?.at ?? 0) - STARTED_AT;

/** A loss of which the probe saw these sights alone after what it saw first; the rest of the story stays. */
function seenAs(sights: (first: PartitionSight, record: Record) => PartitionSight[]): Record {
  const record = aLoss(mskBrokerLoss, [1]);
  const first = record.probe.partitions?.filter(({ at }) => at < STARTED_AT + FAULT) ?? [];
  record.probe.partitions = [...first, ...first.filter(({ leader }) => leader === 1).flatMap((each) => sights(each, record))];
  return record;
}

const moved = (sight: PartitionSight, after_ms: number): PartitionSight => {
  const isr = sight.isr.filter((id) => id !== 1);
  return { ...sight, at: STARTED_AT + after_ms, leader: isr[0] ?? null, isr, leader_epoch: sight.leader_epoch + 1 };
};

describe('a changed leader counts from the fault until healing', () => {
  test.each<[string, Record, string]>([
    ['after the fault', seenAs((first) => [moved(first, FAULT + 9_000)]), 'pass'],
    [
      'before the fault, and seen again after it',
      seenAs((first) => [moved(first, FAULT - 2_000), { ...moved(first, FAULT + 300), isr: [3] }]),
      'inconclusive',
    ],
    ['only once healing had begun', seenAs((first, record) => [moved(first, healing_ms(record) + 200)]), 'inconclusive'],
  ])('%s', (_, record, verdict) => {
    expect(observed(mskBrokerLoss, record)?.verdict).toBe(verdict);
  });
});

describe('what was admitted is still so when the fault begins', () => {
  const admitted = (drill: KafkaDrill, record: Record) => grade(drill, record).checks.find(({ name }) => name === 'admitted');
  const seen = (record: Record, ...sights: Partial<PartitionSight>[]): Record => {
    const [first] = record.probe.partitions ?? [];
    for (const sight of sights) if (first !== undefined) record.probe.partitions?.push({ ...first, ...sight });
    return record;
  };
  const promised = mskRollingRestart.promises.filter((name) => name !== 'full-isr-between-steps');
  test.each<[string, KafkaDrill, Record, string, string]>([
    [
      'an ISR that shrank after it was admitted',
      mskBrokerReboot,
      seen(aReboot(), { at: STARTED_AT + FAULT - 20, isr: [1, 3] }),
      'inconclusive',
      'topic quorum-drill p0: ISR {1,3}, min ISR 2, victim 1: 1 < 2: refuse',
    ],
    [
      'a leader that moved after it was admitted',
      mskBrokerReboot,
      seen(aReboot(), { at: STARTED_AT + FAULT - 20, leader: 2, leader_epoch: 4 }),
      'inconclusive',
      'hit broker-1, and when it began the victims were broker-2',
    ],
    [
      'an ISR that the fault itself shrank',
      mskBrokerReboot,
      seen(aReboot(), { at: STARTED_AT + FAULT, isr: [2, 3] }),
      'pass',
      'hit broker-1',
    ],
    [
      'the second step of a roll, where nothing else asks for a full ISR',
      { ...mskRollingRestart, promises: promised },
      { ...seen(aRoll(), { at: STARTED_AT + stepAt(1) - 20, leader_epoch: 4, leader: 2, isr: [2, 3] }) },
      'inconclusive',
      'p0: ISR {2,3} of {1,2,3}, a roll waits for all: 2 < 3: refuse',
    ],
  ])('%s', (_, drill, record, verdict, got) => {
    expect(admitted(drill, record)).toMatchObject({ verdict, got });
  });
});

describe('a changed controller counts from the fault until healing', () => {
  const elected = (...wins: [after_ms: number, who: string][]): Record => {
    const record = aControllerLoss();
    record.events = record.events.filter(({ what }) => what !== 'controller-elected');
    record.events.push(...wins.map(([after_ms, who]) => event(after_ms, 'controller-elected', 'elected', who)));
    return record;
  };
  test.each<[string, Record, string]>([
    ['another one after the fault', elected([FAULT + 1_500, 'controller-101']), 'pass'],
    ['the one that was active is elected again', elected([FAULT + 1_500, 'controller-102']), 'inconclusive'],
    [
      'another one before the fault, and again after it',
      elected([FAULT - 3_000, 'controller-103'], [FAULT + 900, 'controller-103']),
      'inconclusive',
    ],
    ['another one once healing had begun', elected([healing_ms(aControllerLoss()) + 200, 'controller-101']), 'inconclusive'],
    ['a winner that nobody saw', elected([FAULT + 1_500, 'no controller that was seen']), 'inconclusive'],
  ])('%s', (_, record, verdict) => {
    expect(observed(mskControllerLoss, record)?.verdict).toBe(verdict);
  });
});
