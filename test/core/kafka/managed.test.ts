import { describe, expect, test } from 'vitest';
import { admit, marginAfter, victimsOf } from '../../../core/admission.ts';
import { grade } from '../../../core/grade.ts';
import type { Record } from '../../../core/record.ts';
import { parseRecord } from '../../../core/record-schema.ts';
import type { KafkaTopology } from '../../../core/topology.ts';
import { mskBrokerReboot } from '../../../drills/msk-broker-reboot.ts';
import { mskControllerLoss } from '../../../drills/msk-controller-loss.ts';
import { aKafkaTopology } from './a-kafka-record.ts';
import { aReboot } from './variants.ts';

/** What a managed cluster's control plane tells: no controllers, and no epoch of any leader. */
function managed(topology: KafkaTopology): KafkaTopology {
  return {
    ...topology,
    members: topology.members.filter(({ role }) => role === 'broker'),
    active_controller: null,
    partitions: topology.partitions.map((each) => ({ ...each, leader_epoch: -1 })),
  };
}

function aManagedRun(change: (record: Record) => void = () => {}): Record {
  const record = aReboot();
  if (record.topology?.store !== 'msk') throw new Error('a record of Kafka has a topology of Kafka');
  record.topology = managed(record.topology);
  change(record);
  return parseRecord(JSON.parse(JSON.stringify(record)));
}

/** The first sight of each partition alone, as if nothing had ever changed. */
function unchanging({ probe }: Record): void {
  const seen = new Set<number>();
  probe.partitions = (probe.partitions ?? []).filter(({ partition }) => !seen.has(partition) && seen.add(partition));
}

const check = (record: Record, name: string) => grade(mskBrokerReboot, record).checks.find((each) => each.name === name);

describe('controllers that nobody shows', () => {
  test('a broker is admitted without them, and the margin is that of the partitions', () => {
    const topology = managed(aKafkaTopology(mskBrokerReboot));
    const decisions = admit(mskBrokerReboot, topology, 'preflight', topology.observed_at);
    expect(decisions.filter(({ admit }) => !admit)).toEqual([]);
    expect(decisions[0]?.inequality).toBe(
      'observed against declared, brokers 3 >= 3, racks 3 >= 3, replication factor 3 >= 3, min ISR 2 >= 2: admit',
    );
    expect(marginAfter(topology, ['broker-1'])).toBe(0);
  });

  test('a drill that breaks one finds nobody, and is refused', () => {
    const topology = managed(aKafkaTopology(mskControllerLoss));
    expect(victimsOf(mskControllerLoss, topology)).toEqual([]);
    expect(admit(mskControllerLoss, topology, 'preflight', topology.observed_at).some(({ admit }) => !admit)).toBe(true);
  });
});

describe('epochs that only the probe sees', () => {
  test('a restart of a managed broker is graded like any other', () => {
    expect(grade(mskBrokerReboot, aManagedRun())).toMatchObject({ verdict: 'pass', grade: 'A', as_expected: true });
  });

  test('a leader that was there before the fault is no new one', () => {
    expect(check(aManagedRun(unchanging), 'fault-observed')).toMatchObject({ verdict: 'inconclusive', got: 'not seen: leader-changed' });
  });

  test('nor is one that is first seen after the fault', () => {
    const late = (record: Record) => {
      unchanging(record);
      for (const sight of record.probe.partitions ?? []) sight.at += 20_000;
    };
    expect(check(aManagedRun(late), 'fault-observed')).toMatchObject({ verdict: 'inconclusive', got: 'not seen: leader-changed' });
  });

  test('without an epoch from before the fault nobody counts elections', () => {
    const late = (record: Record) => {
      for (const sight of record.probe.partitions ?? []) sight.at += 20_000;
    };
    expect(grade(mskBrokerReboot, aManagedRun(late)).elections?.leaders ?? null).toBeNull();
    expect(grade(mskBrokerReboot, aManagedRun()).elections?.leaders).toBeGreaterThan(0);
  });
});
