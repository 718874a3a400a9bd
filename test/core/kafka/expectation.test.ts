import { describe, expect, test } from 'vitest';
import type { KafkaDrill } from '../../../core/drill.ts';
import { expectClasses } from '../../../core/expectation.ts';
import type { KafkaTopology } from '../../../core/topology.ts';
import { drills } from '../../../drills/index.ts';
import { mskAcks1 } from '../../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRf2Min1UncleanTwin } from '../../../drills/msk-rf2-min1-unclean-twin.ts';
import { mskRf2Min2 } from '../../../drills/msk-rf2-min2.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { aKafkaTopology } from './a-kafka-record.ts';

/** Name, bounds and number of partitions of each class. */
const classes = (drill: KafkaDrill, victims: string[], changes: Partial<KafkaTopology> = {}) =>
  expectClasses(drill, aKafkaTopology(drill, changes), victims).map(({ name, lo_ms, hi_ms, targets }) => [
    name,
    lo_ms,
    hi_ms,
    targets.length,
  ]);

const acks1Loss: KafkaDrill = { ...mskBrokerLoss, client: { ...mskBrokerLoss.client, acks: '1' } };

describe('what each class of lanes may expect', () => {
  // Session 9,000, heartbeat 2,000, lag 30,000; election 500, refresh 1,000, controlled 2,000, back 500 to 30,000; attempt 1,000.
  test.each<[string, KafkaDrill, string[], Partial<KafkaTopology>, [string, number, number, number][]]>([
    [
      'a hard loss: 7 to 12 s and an attempt where it led, without the election elsewhere, nothing where it was not',
      mskBrokerLoss,
      ['broker-3'],
      {},
      [
        ['led', 7_000, 12_625, 1],
        ['only followed', 7_000, 11_625, 5],
      ],
    ],
    [
      'partitions that a lost broker neither led nor followed',
      mskBrokerLoss,
      ['broker-5'],
      {},
      [
        ['led', 7_000, 12_625, 1],
        ['only followed', 7_000, 11_625, 2],
        ['untouched', 0, 1_000, 3],
      ],
    ],
    [
      'a session longer than the lag time: the leader drops the follower by itself',
      mskBrokerLoss,
      ['broker-5'],
      { session_timeout_ms: 45_000, heartbeat_ms: 5_000, lag_time_ms: 10_000 },
      [
        ['led', 40_000, 53_125, 1],
        ['only followed', 10_000, 16_500, 2],
        ['untouched', 0, 1_000, 3],
      ],
    ],
    [
      'acks 1: where it only followed the leader goes on alone',
      acks1Loss,
      ['broker-5'],
      {},
      [
        ['led', 7_000, 12_625, 1],
        ['only followed', 0, 1_000, 2],
        ['untouched', 0, 1_000, 3],
      ],
    ],
    [
      'a controlled restart: leadership moves first',
      mskBrokerReboot,
      ['broker-1'],
      {},
      [
        ['led', 0, 4_000, 2],
        ['only followed', 0, 1_000, 4],
      ],
    ],
    ['a roll: every partition is led by a victim once', mskRollingRestart, ['broker-1'], {}, [['led', 0, 4_000, 6]]],
    ['a controller: the data path does not pass it', mskControllerLoss, ['controller-102'], {}, [['untouched', 0, 1_000, 6]]],
    ['two of three replicas: until one is back', mskQuorumLoss, ['broker-1', 'broker-2'], {}, [['below min ISR', 500, 32_000, 6]]],
    [
      'two replicas, both needed: until it is back, and the others go on',
      mskRf2Min2,
      ['broker-1'],
      {},
      [
        ['below min ISR', 500, 32_000, 4],
        ['untouched', 0, 1_000, 2],
      ],
    ],
    ['ahead of its followers: as any hard loss', mskAcks1, ['broker-1', 'broker-2', 'broker-3'], {}, [['led', 7_000, 12_625, 1]]],
    [
      'both of two replicas in turn: two losses, the writes between, a start',
      mskRf2Min1UncleanTwin,
      ['broker-1', 'broker-2'],
      {},
      [['led', 19_500, 59_250, 1]],
    ],
  ])('%s', (_, drill, victims, changes, wanted) => {
    expect(classes(drill, victims, changes)).toEqual(wanted);
  });

  test('RF / N of the partitions stall in a hard loss with acks all, not 1 / N', () => {
    const [led, followed] = classes(mskBrokerLoss, ['broker-5']);
    const even = { ...mskBrokerLoss, topology: { ...mskBrokerLoss.topology, brokers: 6, partitions: 60 } };
    const stalled = classes(even, ['broker-4'])
      .filter(([name]) => name !== 'untouched')
      .reduce((sum, [, , , count]) => sum + Number(count), 0);
    expect([led?.[0], followed?.[0]]).toEqual(['led', 'only followed']);
    expect(stalled / 60).toBeCloseTo(3 / 6);
  });

  test('nobody is held to less than an attempt, and every bound has its reasons', () => {
    for (const drill of drills) {
      if (drill.store !== 'msk') continue;
      const found = expectClasses(drill, aKafkaTopology(drill), ['broker-1', 'broker-2']);
      expect(found.length).toBeGreaterThan(0);
      for (const { hi_ms, reasons } of found) {
        expect(hi_ms).toBeGreaterThanOrEqual(drill.load.attempt_timeout_ms);
        expect(reasons.length).toBeGreaterThan(1);
      }
    }
  });
});
