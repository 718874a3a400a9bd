import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, stepsOf, victimsOf } from '../../../core/admission.ts';
import type { KafkaDrill } from '../../../core/drill.ts';
import { rulings } from '../../../core/kafka/admission.ts';
import type { KafkaTopology } from '../../../core/topology.ts';
import { drills } from '../../../drills/index.ts';
import { mskAcks1 } from '../../../drills/msk-acks1.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { mskControllersRolling } from '../../../drills/msk-controllers-rolling.ts';
import { mskQuorumLoss } from '../../../drills/msk-quorum-loss.ts';
import { mskRf2Min1UncleanTwin } from '../../../drills/msk-rf2-min1-unclean-twin.ts';
import { mskRf2Min2 } from '../../../drills/msk-rf2-min2.ts';
import { mskRf2UndeclaredTwin } from '../../../drills/msk-rf2-undeclared-twin.ts';
import { mskRollingHastyTwin } from '../../../drills/msk-rolling-hasty-twin.ts';
import { mskRollingRestart } from '../../../drills/msk-rolling-restart.ts';
import { mskZoneLoss } from '../../../drills/msk-zone-loss.ts';
import { aKafkaTopology } from './a-kafka-record.ts';

const refusals = (drill: KafkaDrill, topology = aKafkaTopology(drill), done: string[] = []) =>
  admit(drill, topology, 'preflight', topology.observed_at, done)
    .filter((decision) => !decision.admit)
    .map(({ inequality }) => inequality);
const lines = (drill: KafkaDrill, topology = aKafkaTopology(drill)) =>
  admit(drill, topology, 'preflight', topology.observed_at).map(({ inequality }) => inequality);

/** The topology with some in-sync replicas of one partition only. */
const withIsr = (topology: KafkaTopology, partition: number, isr: number[]): KafkaTopology => ({
  ...topology,
  partitions: topology.partitions.map((each) => (each.partition === partition ? { ...each, isr } : each)),
});

const kafkaDrills = drills.filter((drill) => drill.store === 'msk');

describe('admission prints its arithmetic', () => {
  test('all of it, the partitions last and the worst of them first', () => {
    const topology = withIsr(aKafkaTopology(mskBrokerReboot), 4, [2, 1]);
    expect(lines(mskBrokerReboot, topology)).toEqual([
      'observed against declared, brokers 3 >= 3, racks 3 >= 3, controllers 3 >= 3, replication factor 3 >= 3, min ISR 2 >= 2: admit',
      'partitions, a lane each, 6 = 6 declared: admit',
      'unclean election off, declared off: admit',
      'broker-restart hits broker-1: 1 >= 1: admit',
      'expected recovery at most 4,000 ms, limit 10,000 ms: 4,000 <= 10,000: admit',
      'topic quorum-drill p4: ISR {1,2}, min ISR 2, victim 1: 1 < 2: refuse',
      ...[0, 1, 2, 3, 5].map((p) => `topic quorum-drill p${p}: ISR {1,2,3}, min ISR 2, victim 1: 2 >= 2: admit (margin 0)`),
    ]);
  });

  test('rf2-undeclared-is-refused: the worst partition is printed', () => {
    const refused = refusals(mskRf2UndeclaredTwin);
    expect(refused[0]).toBe('observed against declared, replication factor 2 < 3: refuse');
    expect(refused[1]).toBe('topic quorum-drill p0: ISR {1,2}, min ISR 2, victim 1: 1 < 2: refuse');
  });

  test.each(kafkaDrills.map((drill) => ({ name: drill.name, drill })))('$name: $drill.mustEnd.outcome', ({ drill }) => {
    const topology = aKafkaTopology(drill);
    const refused = admit(drill, topology, 'preflight', topology.observed_at).some((decision) => !decision.admit);
    expect(refused).toBe(drill.mustEnd.outcome === 'refused');
  });

  const acks1 = aKafkaTopology(mskAcks1);
  const reboot = aKafkaTopology(mskBrokerReboot);
  const voters = (healthy: number): KafkaTopology => {
    const topology = aKafkaTopology(mskControllerLoss);
    return {
      ...topology,
      members: topology.members.map((member) =>
        member.role === 'controller' && Number(member.name.slice(-1)) > healthy ? { ...member, healthy: false } : member,
      ),
    };
  };
  test.each<[string, KafkaDrill, KafkaTopology, string | RegExp]>([
    ['voters below their majority', mskControllerLoss, voters(2), '3 voters, quorum 2, healthy 2: after losing 1, 1 < 2: refuse'],
    [
      'no controller to be seen',
      mskControllerLoss,
      { ...aKafkaTopology(mskControllerLoss), active_controller: null },
      'controller-kill hits nobody: 0 < 1: refuse',
    ],
    [
      'unclean election that nobody declared',
      mskBrokerReboot,
      { ...reboot, unclean_election: true },
      'unclean election on, declared off: refuse',
    ],
    [
      'two racks where three are declared',
      mskBrokerReboot,
      { ...reboot, members: reboot.members.map((each) => (each.zone === 'rack-c' ? { ...each, zone: 'rack-b' } : each)) },
      'observed against declared, racks 2 < 3: refuse',
    ],
    ['a topic without partitions', mskBrokerReboot, { ...reboot, partitions: [] }, 'partitions, a lane each, 0 != 6 declared: refuse'],
    [
      'a partition beyond the declared ones, which no lane would write to',
      mskBrokerReboot,
      { ...reboot, partitions: [...reboot.partitions, { partition: 6, leader: 1, leader_epoch: 3, replicas: [1, 2, 3], isr: [1, 2, 3] }] },
      'partitions, a lane each, 7 != 6 declared: refuse',
    ],
    [
      'a hasty roll whose first broker alone could not be spared',
      mskRollingHastyTwin,
      withIsr(aKafkaTopology(mskRollingHastyTwin), 0, [1, 2]),
      'topic quorum-drill p0: ISR {1,2}, min ISR 2, victim 1: 1 < 2: refuse',
    ],
    [
      'followers that stand still until the session times out',
      mskAcks1,
      { ...acks1, session_timeout_ms: 6_000 },
      'followers stand still for 4,000 ms, noticed after 4,000 ms: 4,000 >= 4,000: refuse',
    ],
    [
      'a session longer than the limit',
      mskBrokerLoss,
      { ...aKafkaTopology(mskBrokerLoss), session_timeout_ms: 40_000 },
      'expected recovery at most 47,500 ms, limit 30,000 ms: 47,500 > 30,000: refuse',
    ],
    [
      'a negative drill that would stop nothing',
      mskQuorumLoss,
      { ...aKafkaTopology(mskQuorumLoss), min_isr: 1 },
      'the drill wants a partition below min ISR 1, and none would be: refuse',
    ],
    [
      'a negative drill that would leave nobody in sync',
      mskRf2Min2,
      withIsr(aKafkaTopology(mskRf2Min2), 0, [1]),
      'topic quorum-drill p0: ISR {1}, min ISR 2, victim 1: the drill wants 0 < 2, which is so, and an in-sync replica kept, 0 < 1: refuse',
    ],
  ])('refused: %s', (_, drill, topology, inequality) => {
    expect(refusals(drill, topology)).toContainEqual(typeof inequality === 'string' ? inequality : expect.stringMatching(inequality));
  });

  test.each<[KafkaDrill, string]>([
    [
      mskRf2Min1UncleanTwin,
      'p0: ISR {1,2}, min ISR 1, victims 1, 2: the drill takes 2 while others are away: 0 < 1, which it wants: admit',
    ],
    [
      mskRollingHastyTwin,
      'p0: ISR {1,2,3}, min ISR 2, victims 1, 2, 3: the drill takes 3 while others are away: 0 < 2, which it wants: admit',
    ],
    [mskRollingRestart, 'p0: ISR {1,2,3}, min ISR 2, victim 1: 2 >= 2: admit (margin 0)'],
  ])('$name: what goes at the same time is computed as gone at the same time', (drill, inequality) => {
    expect(lines(drill).find((line) => line.includes(' p0: '))).toBe(`topic quorum-drill ${inequality}`);
  });

  test('a roll waits for every ISR, also of partitions that the next victim does not hold', () => {
    const five: KafkaDrill = { ...mskRollingRestart, topology: mskBrokerLoss.topology };
    const spared = aKafkaTopology(five).partitions.find(({ replicas }) => !replicas.includes(1));
    if (spared === undefined) throw new Error('broker 1 holds every partition');
    const { partition, replicas } = spared;
    const [kept = 0, other = 0] = [...replicas].sort((a, b) => a - b);
    expect(refusals(five, withIsr(aKafkaTopology(five), partition, [kept, other]))).toEqual([
      `p${partition}: ISR {${kept},${other}} of {${[...replicas].sort((a, b) => a - b).join(',')}}, a roll waits for all: 2 < 3: refuse`,
    ]);
  });

  test('of a thousand partitions the worst are printed, and one line speaks for the rest', () => {
    const many: KafkaDrill = { ...mskBrokerReboot, topology: { ...mskBrokerReboot.topology, partitions: 1_000 } };
    const topology = withIsr(aKafkaTopology(many), 777, [1, 3]);
    const printed = lines(many, topology);
    expect(printed).toHaveLength(5 + 20 + 1);
    expect(printed[5]).toBe('topic quorum-drill p777: ISR {1,3}, min ISR 2, victim 1: 1 < 2: refuse');
    expect(printed.at(-1)).toBe('980 more partitions, none of them worse: margin 0 or more: admit');
  });
});

describe('victims', () => {
  test.each<[string, KafkaDrill, string[]]>([
    ['the leader of the lowest partition', mskBrokerReboot, ['broker-1']],
    ['the leader and a follower', mskQuorumLoss, ['broker-1', 'broker-2']],
    ['a whole rack', mskZoneLoss, ['broker-1', 'broker-4']],
    ['the active controller', mskControllerLoss, ['controller-102']],
    ['the leader first, then those that stand still', mskAcks1, ['broker-1', 'broker-2', 'broker-3']],
  ])('%s', (_, drill, victims) => {
    expect(victimsOf(drill, aKafkaTopology(drill))).toEqual(victims);
  });

  test('a roll takes each once, the active controller last', () => {
    const roll = (drill: KafkaDrill) => {
      const topology = aKafkaTopology(drill);
      const done: string[] = [];
      for (let step = 0; step < stepsOf(drill, topology); step += 1) done.push(...victimsOf(drill, topology, done));
      return [...done, ...victimsOf(drill, topology, done)];
    };
    expect(roll(mskRollingRestart)).toEqual(['broker-1', 'broker-2', 'broker-3']);
    expect(roll(mskControllersRolling)).toEqual(['controller-101', 'controller-103', 'controller-102']);
  });

  test('broker-1-is-not-10: ids are whole, and order as numbers', () => {
    const twelve: KafkaDrill = { ...mskRollingRestart, topology: { ...mskRollingRestart.topology, brokers: 12, partitions: 12 } };
    const topology = aKafkaTopology(twelve);
    const done: string[] = [];
    for (let step = 0; step < 12; step += 1) done.push(...victimsOf(twelve, topology, done));
    expect(done).toEqual(Array.from({ length: 12 }, (_, index) => `broker-${index + 1}`));
    const hit = rulings(mskBrokerReboot, { ...topology, min_isr: 2 }, ['broker-1']).filter(({ inequality }) =>
      / victim 1:/.test(inequality),
    );
    const holders = topology.partitions.filter(({ replicas }) => replicas.includes(1));
    expect(hit).toHaveLength(holders.length);
    expect(topology.partitions.some(({ replicas }) => replicas.includes(10) && !replicas.includes(1))).toBe(true);
  });

  test('are the same however the ISR is ordered', () => {
    const topology = aKafkaTopology(mskQuorumLoss);
    const shuffled = fc.shuffledSubarray([1, 2, 3], { minLength: 3 });
    fc.assert(
      fc.property(shuffled, (isr) => {
        expect(victimsOf(mskQuorumLoss, withIsr(topology, 0, isr))).toEqual(['broker-1', 'broker-2']);
      }),
    );
  });
});
