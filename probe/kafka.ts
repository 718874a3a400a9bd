import type { Clock } from '../core/clock.ts';
import { BadInput } from '../core/errors.ts';
import type { Driver, LaneDriver, Protocol, Target } from './contract.ts';
import { bootstrapOf } from './kafka/address.ts';
import { Cluster } from './kafka/cluster.ts';
import { openConnection } from './kafka/connection.ts';
import type { KafkaCredentials } from './kafka/credentials.ts';
import { IdempotentLane } from './kafka/idempotent.ts';
import { KafkaLane } from './kafka/lane.ts';
import { readLanes } from './kafka/readback.ts';
import { RecordWriter } from './kafka/records.ts';

/**
 * The probe's Kafka: writes numbered records to the partitions of one topic, one lane each, and reads them back. URLs are
 * `kafka://host:port,host:port`. The lanes share one view of the cluster, which is polled while any of them is open.
 */
export function kafkaDriver(
  run: string,
  { topic, client }: Extract<Protocol, { name: 'kafka' }>,
  clock: Clock,
  credentials: KafkaCredentials = {},
): Driver {
  if (client.idempotent && client.acks !== 'all')
    throw new BadInput('client', `idempotent with acks ${client.acks}`, 'acks all', 'set acks to all, or idempotent to false');
  const open = openConnection(credentials);
  let cluster: Cluster | null = null;
  let lanes = 0;

  function join(url: string): Cluster {
    lanes += 1;
    if (cluster === null) {
      cluster = new Cluster({ bootstrap: bootstrapOf(url), topic, clock, open });
      void cluster.watch();
    }
    return cluster;
  }

  function leave(): void {
    lanes -= 1;
    if (lanes === 0) cluster?.close();
  }

  function openLane(lane: string, target: Target, attempt_timeout_ms: number): LaneDriver {
    const { partition, name, url } = target;
    if (partition === undefined) throw new BadInput(`target ${name}`, 'no partition', 'the partition it writes to', 'name one');
    bootstrapOf(url, `address of ${name}`);
    const writer = new RecordWriter(run, lane, client.record_bytes);
    const common = { target, partition, topic, client, attempt_timeout_ms, clock, open, writer, closed: leave };
    const order = { ...common, cluster: join(url) };
    return client.idempotent ? new IdempotentLane(order) : new KafkaLane(order);
  }

  return {
    open: openLane,
    view: () => cluster?.view() ?? { seen_at: null, partitions: [], sights: [] },
    readback: (url, ofRun, wanted) => readLanes({ bootstrap: bootstrapOf(url), topic, clock, open }, ofRun, wanted),
  };
}
