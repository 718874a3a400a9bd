import type { Clock } from '../../core/clock.ts';
import { shownIds } from '../../core/kafka/partitions.ts';
import { LaneLedger } from '../../core/ledger.ts';
import type { LaneReadback } from '../../core/record.ts';
import { type Address, shownAddress } from './address.ts';
import { Cluster, type Leader } from './cluster.ts';
import type { BrokerConnection, OpenConnection } from './connection.ts';
import { LaneCopies } from './copies.ts';
import { codeOf, isBrokerError, isRetriable } from './outcome.ts';
import { nameOf, readBatches, type Take } from './records.ts';

interface ReadOrder {
  bootstrap: Address[];
  topic: string;
  clock: Clock;
  open: OpenConnection;
  /** How long a partition may be without a leader, or a leader without an answer; 30 s. */
  leader_limit_ms?: number;
}

const fetch_bytes = 1024 * 1024;
const connect_limit_ms = 5_000;
const request_limit_ms = 30_000;
const usual_leader_limit_ms = 30_000;
const look_again_ms = 200;

/**
 * What the partitions hold of each lane, from their beginnings to the ends that they have when the reading begins, told by lane and
 * number alone; memory is a fetch for each partition and three bits a number. Numbers from `count` on belong to a witness that died
 * before it could tell of them, and are left out. Rejects when a partition stays without a leader or without a full ISR, or cannot be
 * read to its end.
 */
export async function readLanes(order: ReadOrder, run: string, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]> {
  const copies = new Map(lanes.map(({ lane, count }) => [nameOf(run, lane), new LaneCopies(new LaneLedger(count))]));
  const cluster = new Cluster(order);
  const readers: PartitionReader[] = [];
  try {
    for (const partition of await fullPartitions(cluster, order)) readers.push(new PartitionReader(order, cluster, partition));
    const spans = await Promise.all(readers.map((reader) => reader.span()));
    const take = (name: string, n: number, producer: bigint) => copies.get(name)?.read(n, producer);
    await Promise.all(readers.map((reader, place) => reader.read(spans[place] ?? [0, 0], take)));
  } finally {
    for (const reader of readers) reader.close();
    cluster.close();
  }
  return lanes.map(({ lane }) => ({ lane, ...(copies.get(nameOf(run, lane)) ?? new LaneCopies(new LaneLedger())).found() }));
}

/** All partitions, once every replica of each is in sync: a replica that is behind could lead, and what it lacks would look lost. */
async function fullPartitions(
  cluster: Cluster,
  { clock, topic, bootstrap, leader_limit_ms = usual_leader_limit_ms }: ReadOrder,
): Promise<number[]> {
  const until = clock.now() + leader_limit_ms;
  for (;;) {
    await cluster.refresh();
    const { partitions } = cluster.view();
    const behind = partitions.filter(({ replicas, isr }) => isr.length < replicas.length);
    if (partitions.length > 0 && behind.length === 0) return partitions.map(({ partition }) => partition);
    if (clock.now() > until) {
      const within = `in ${leader_limit_ms / 1000} s`;
      const [worst] = behind;
      throw worst === undefined
        ? new Error(`no broker of ${bootstrap.map(shownAddress).join(', ')} tells the partitions of topic ${topic} ${within}`)
        : new Error(
            `partition ${worst.partition} of topic ${topic} has ISR ${shownIds(worst.isr)} of ${shownIds(worst.replicas)}, not full ${within}`,
          );
    }
    await clock.sleep(look_again_ms);
  }
}

/** Reads one partition over a connection of its own to whoever leads it. */
class PartitionReader {
  #order: ReadOrder;
  #cluster: Cluster;
  #partition: number;
  #connection: BrokerConnection | null = null;

  constructor(order: ReadOrder, cluster: Cluster, partition: number) {
    this.#order = order;
    this.#cluster = cluster;
    this.#partition = partition;
  }

  /** The offset of the first record there is, and that after the last. */
  async span(): Promise<[from: number, to: number]> {
    const where = { topic: this.#order.topic, partition: this.#partition };
    const from = await this.#ask((connection) => connection.offset({ ...where, which: 'earliest' }));
    return [from, await this.#ask((connection) => connection.offset({ ...where, which: 'latest' }))];
  }

  async read([from, to]: [number, number], take: Take): Promise<void> {
    const { topic, leader_limit_ms = usual_leader_limit_ms } = this.#order;
    const where = { topic, partition: this.#partition };
    let moved_at = this.#order.clock.now();
    for (let next = from; next < to; ) {
      const bytes = await this.#ask((connection) => connection.fetch({ ...where, offset: next, most_bytes: fetch_bytes }));
      const after = readBatches(bytes, next, to, take);
      if (after > next) moved_at = this.#order.clock.now();
      else if (this.#order.clock.now() > moved_at + leader_limit_ms)
        throw new Error(`${this.#name} gives nothing at offset ${next}, though it said that it ends at ${to}`);
      next = after;
    }
  }

  close(): void {
    this.#connection?.destroy();
  }

  get #name(): string {
    return `partition ${this.#partition} of topic ${this.#order.topic}`;
  }

  /** Asks the leader, and asks again where it moved or was lost, for a while. */
  async #ask<T>(question: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    const { clock, leader_limit_ms = usual_leader_limit_ms } = this.#order;
    const until = clock.now() + leader_limit_ms;
    for (;;) {
      const leader = this.#cluster.leader(this.#partition);
      const told = leader ? await this.#try(leader, question) : { code: 'no leader' };
      if ('answer' in told) return told.answer;
      if (clock.now() > until) throw new Error(`${this.#name} could not be read for ${leader_limit_ms / 1000} s: ${told.code}`);
      await clock.sleep(look_again_ms);
      await this.#cluster.refresh();
    }
  }

  async #try<T>(leader: Leader, question: (connection: BrokerConnection) => Promise<T>): Promise<{ answer: T } | { code: string }> {
    const connection = this.#connection ?? this.#order.open(leader, connect_limit_ms, () => undefined);
    const limit = setTimeout(() => connection.destroy(), request_limit_ms);
    try {
      if (this.#connection === null) await connection.connect();
      this.#connection = connection;
      return { answer: await question(connection) };
    } catch (error) {
      const code = codeOf(error);
      connection.destroy();
      this.#connection = null;
      if (isBrokerError(code) && !isRetriable(code)) throw new Error(`${this.#name} cannot be read: ${code}`, { cause: error });
      return { code };
    } finally {
      clearTimeout(limit);
    }
  }
}
