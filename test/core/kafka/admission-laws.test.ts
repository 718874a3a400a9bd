import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marginAfter } from '../../../core/admission.ts';
import type { KafkaDrill } from '../../../core/drill.ts';
import { rulings } from '../../../core/kafka/admission.ts';
import { brokerName, type KafkaTopology, type PartitionState } from '../../../core/topology.ts';
import { mskBrokerLoss } from '../../../drills/msk-broker-loss.ts';
import { aKafkaTopology } from './a-kafka-record.ts';

describe('laws', () => {
  const brokers = 6;
  const partition = fc
    .shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1, maxLength: 4 })
    .chain((replicas) => fc.record({ replicas: fc.constant(replicas), isr: fc.shuffledSubarray(replicas, { minLength: 1 }) }));
  const view = fc
    .record({ states: fc.array(partition, { minLength: 1, maxLength: 8 }), min_isr: fc.integer({ min: 1, max: 3 }) })
    .map(({ states, min_isr }): KafkaTopology => {
      const partitions = states.map(({ replicas, isr }, index): PartitionState => {
        return { partition: index, leader: isr[0] ?? null, leader_epoch: 1, replicas, isr };
      });
      return { ...aKafkaTopology({ ...mskBrokerLoss, topology: { ...mskBrokerLoss.topology, brokers } }), partitions, min_isr };
    });
  const some = fc.subarray([1, 2, 3, 4, 5, 6], { minLength: 1 });
  const admits = (drill: KafkaDrill, topology: KafkaTopology, victims: string[]) =>
    rulings({ ...drill, topology: { ...drill.topology, partitions: topology.partitions.length } }, topology, victims).every(
      (each) => each.admits,
    );
  /** Declares nothing that a random topology might miss, but for its partitions. */
  const anything: KafkaDrill = {
    ...mskBrokerLoss,
    topology: { ...mskBrokerLoss.topology, brokers: 1, zones: 1, controllers: 1, partitions: 1, replication_factor: 1, min_isr: 1 },
  };

  test('losing more never turns refuse into admit', () => {
    fc.assert(
      fc.property(view, some, some, (topology, few, more) => {
        const [less, all] = [few, [...new Set([...few, ...more])]].map((ids) => ids.map(brokerName));
        if (admits(anything, topology, all ?? [])) expect(admits(anything, topology, less ?? [])).toBe(true);
        expect(marginAfter(topology, all ?? [])).toBeLessThanOrEqual(marginAfter(topology, less ?? []));
      }),
    );
  });

  test('the margin is what may still be lost of the worst partition: every smaller loss leaves min ISR, one more may not', () => {
    fc.assert(
      fc.property(view, some, (topology, ids) => {
        const victims = ids.map(brokerName);
        const left = topology.partitions.map(({ isr }) => isr.filter((id) => !ids.includes(id)).length);
        const partitions = Math.min(...left) - topology.min_isr;
        // Three voters of which two are a majority: one may go.
        expect(marginAfter(topology, victims)).toBe(Math.min(partitions, 1));
      }),
    );
  });

  /** Strimzi, KafkaAvailability.canRoll: a broker may go unless a partition of it is at min ISR, or already below. */
  const canRoll = ({ partitions, min_isr }: KafkaTopology, id: number): boolean =>
    partitions.every(({ replicas, isr }) => {
      if (isr.length < min_isr) return !replicas.includes(id);
      return !(isr.length === min_isr && isr.includes(id));
    });

  test('one broker may go exactly where Strimzi would roll it, but for topics that can never spare one', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 1, max: brokers }), (topology, id) => {
        // Strimzi rolls those all the same, since waiting would not help; a drill refuses them.
        const spared = topology.partitions.filter(({ replicas }) => replicas.length > topology.min_isr);
        if (spared.length === 0) return;
        const view = { ...topology, partitions: spared };
        expect(admits(anything, view, [brokerName(id)])).toBe(canRoll(view, id));
      }),
    );
  });
});
