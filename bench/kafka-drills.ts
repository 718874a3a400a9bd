import type { KafkaDrill } from '../core/drill.ts';

/** One row of the table: a configuration, a fault, and what is promised of it. */
export interface Case {
  name: string;
  drill: KafkaDrill;
}

const brokers = 5;
const partitions = 10;
const record_bytes = 100;

/** 50,000 records a second on five brokers, `around_s` before and after the fault; in each configuration the same load. */
export function cases(rate_hz: number, around_s: number): Case[] {
  const base: KafkaDrill = {
    name: 'bench-kafka',
    title: 'A broker goes under load',
    promise: 'No acknowledged record is lost.',
    promises: ['no-acknowledged-write-lost', 'recovery-within-limit'],
    store: 'msk',
    topology: {
      store: 'msk',
      brokers,
      zones: 3,
      controllers: 3,
      partitions,
      replication_factor: 3,
      min_isr: 2,
      unclean_election: false,
    },
    fault: { kind: 'broker-kill', followers: 0 },
    client: { acks: 'all', idempotent: false, record_bytes },
    // A tenth is enough to measure a gap; what was really sustained is in the table.
    load: { rate_hz, minimum_hz: rate_hz / 10, pinned_hz: 0, read_hz: 0, attempt_timeout_ms: 2_000 },
    limits: { recovery_ms: 45_000 },
    window: {
      baseline_s: around_s,
      settle_s: around_s,
      deadline_s: 4 * around_s + 120,
      poll_s: 2,
      segment_s: 900,
      heal_deadline_s: 180,
    },
    mustObserve: ['members-lost'],
    guards: [],
    mustEnd: { outcome: 'pass' },
  };
  const two = { ...base.topology, replication_factor: 2 };
  return [
    {
      name: 'RF 3, min ISR 2, controlled restart',
      drill: { ...base, name: 'bench-rf3-restart', fault: { kind: 'broker-restart', down_s: 5 } },
    },
    { name: 'RF 3, min ISR 2, SIGKILL', drill: { ...base, name: 'bench-rf3-kill' } },
    {
      name: `RF 2, min ISR 2, SIGKILL, back after ${around_s / 2} s`,
      drill: {
        ...base,
        name: 'bench-rf2-min2',
        topology: two,
        promises: ['no-acknowledged-write-lost', 'writes-stop-below-quorum', 'recovery-within-limit'],
        fault: { kind: 'broker-kill', followers: 0, returns_after_s: around_s / 2, returning: 1 },
        negative: { writes_must_stop_for_s: around_s / 4 },
      },
    },
    { name: 'RF 2, min ISR 1, SIGKILL', drill: { ...base, name: 'bench-rf2-min1', topology: { ...two, min_isr: 1 } } },
  ];
}
