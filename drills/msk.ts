import type { Drill, KafkaClient } from '../core/drill.ts';
import type { DeclaredKafka } from '../core/topology.ts';

/** Three brokers in three racks, every partition on all of them: any one broker may go. */
export const threeBrokers: DeclaredKafka = {
  store: 'msk',
  brokers: 3,
  zones: 3,
  controllers: 3,
  partitions: 6,
  replication_factor: 3,
  min_isr: 2,
  unclean_election: false,
};

/** Five brokers in three racks: a broker's loss leaves partitions that it neither led nor followed. */
export const fiveBrokers: DeclaredKafka = { ...threeBrokers, brokers: 5 };

/** Two replicas, both needed: the loss of either stops its partitions. */
export const twoReplicas: DeclaredKafka = { ...threeBrokers, replication_factor: 2 };

/** Lanes that give an attempt up after its timeout, so that an outage shows as attempts that fail and not as one that waits. */
export const client: KafkaClient = { acks: 'all', idempotent: false, record_bytes: 100 };

/** Over all partitions. An attempt is far shorter than a session timeout, so that it does not blur what it measures. */
export const load: Drill['load'] = { rate_hz: 120, minimum_hz: 50, pinned_hz: 0, read_hz: 0, attempt_timeout_ms: 1_000 };

/** Witnesses take seconds to start beside brokers on two cores. A killed broker must join every ISR before the cluster is healed. */
export const window: Drill['window'] = { baseline_s: 8, settle_s: 15, deadline_s: 120, poll_s: 1, segment_s: 600, heal_deadline_s: 120 };

/** A roll takes a broker's stop, start and full ISR for each of its members. */
export const rollWindow: Drill['window'] = { ...window, deadline_s: 360, poll_s: 2 };
