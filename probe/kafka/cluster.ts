import type { Clock } from '../../core/clock.ts';
import type { PartitionSight } from '../../core/record.ts';
import type { PartitionState } from '../../core/topology.ts';
import type { PartitionsView } from '../contract.ts';
import { type Address, shownAddress } from './address.ts';
import type { BrokerConnection, ClusterSight, OpenConnection } from './connection.ts';

/** A partition's leader and where it listens. */
export interface Leader extends Address {
  id: number;
  epoch: number;
}

interface ClusterOrder {
  bootstrap: Address[];
  topic: string;
  clock: Clock;
  open: OpenConnection;
}

const poll_ms = 250;
/** Refreshes are begun no faster than this, whoever asks. */
const least_apart_ms = 20;
/** A broker that takes longer than this is not waited for: another is asked beside it. */
const patience_ms = 100;
const answer_limit_ms = 1000;

/**
 * What metadata says of one topic, asked of one broker every 250 ms and at once when somebody wants it; of the others as soon as
 * that one is slow or gone. Every change of a leader or an ISR is kept with the time at which it was seen.
 */
export class Cluster {
  #order: ClusterOrder;
  #brokers = new Map<number, Address>();
  #states = new Map<number, PartitionState>();
  #sights: PartitionSight[] = [];
  #seen_at: number | null = null;
  #connections = new Map<string, { connection: BrokerConnection; ready: Promise<void> }>();
  /** Who answered last comes first. */
  #preferred: string | null = null;
  #begun_at = Number.NEGATIVE_INFINITY;
  #running: Promise<number> | null = null;
  #next: Promise<number> | null = null;
  #watchers = new Set<() => void>();
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(order: ClusterOrder) {
    this.#order = order;
  }

  /** Polls until `close`. */
  async watch(): Promise<void> {
    while (!this.#closed) {
      await this.refresh();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, poll_ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
    for (const { connection } of this.#connections.values()) connection.destroy();
  }

  /** Calls `changed` after every answer that was taken in. */
  onAnswer(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** When metadata was last answered; null before. */
  get seen_at(): number | null {
    return this.#seen_at;
  }

  view(): PartitionsView {
    const partitions = [...this.#states.values()].sort((a, b) => a.partition - b.partition);
    return { seen_at: this.#seen_at, partitions, sights: [...this.#sights] };
  }

  /** null while the partition has no leader, undefined before anything is known of it. */
  leader(partition: number): Leader | null | undefined {
    const state = this.#states.get(partition);
    if (state === undefined) return undefined;
    const address = state.leader === null ? undefined : this.#brokers.get(state.leader);
    if (state.leader === null || address === undefined) return null;
    return { ...address, id: state.leader, epoch: state.leader_epoch };
  }

  /** Resolves with the begin of a refresh that was begun after the call, once it is answered or given up. */
  refresh(): Promise<number> {
    if (this.#running === null) {
      this.#running = this.#refresh();
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      this.#running = this.#refresh();
      return this.#running;
    });
    return this.#next;
  }

  async #refresh(): Promise<number> {
    const { clock } = this.#order;
    const wait_ms = this.#begun_at + least_apart_ms - clock.now();
    if (wait_ms > 0) await clock.sleep(wait_ms);
    const begun_at = clock.now();
    this.#begun_at = begun_at;
    const sight = this.#closed ? null : await this.#ask();
    if (sight !== null && !this.#closed) this.#take(sight);
    this.#running = null;
    return begun_at;
  }

  /** Asks one broker after the other, each while those before it are still silent; the first answer counts. */
  #ask(): Promise<ClusterSight | null> {
    const addresses = this.#addresses();
    return new Promise((resolve) => {
      let next = 0;
      let open = addresses.length;
      let timer: NodeJS.Timeout | undefined;
      const limit = setTimeout(() => done(null), answer_limit_ms);
      const done = (sight: ClusterSight | null) => {
        clearTimeout(timer);
        clearTimeout(limit);
        resolve(sight);
      };
      const another = () => {
        clearTimeout(timer);
        const address = addresses[next++];
        if (address === undefined) return;
        timer = setTimeout(another, patience_ms);
        this.#askOne(address).then(done, () => {
          open -= 1;
          if (open === 0) done(null);
          else another();
        });
      };
      another();
    });
  }

  async #askOne(address: Address): Promise<ClusterSight> {
    const name = shownAddress(address);
    const { connection, ready } = this.#connections.get(name) ?? this.#connect(name, address);
    const limit = setTimeout(() => connection.destroy(), answer_limit_ms);
    try {
      await ready;
      const sight = await connection.metadata(this.#order.topic);
      if (!this.#isWhole(sight)) return Promise.reject(new Error(`${name} tells not all of ${this.#order.topic}: ${sight.error}`));
      this.#preferred = name;
      return sight;
    } catch (error) {
      this.#forget(name, connection);
      throw error;
    } finally {
      clearTimeout(limit);
    }
  }

  /** A broker that has just started may not know the topic yet: its answer would make old states look fresh. */
  #isWhole({ error, partitions }: ClusterSight): boolean {
    const told = new Set(partitions.map(({ partition }) => partition));
    return error === 'NONE' && [...this.#states.keys()].every((partition) => told.has(partition));
  }

  #connect(name: string, address: Address): { connection: BrokerConnection; ready: Promise<void> } {
    const connection = this.#order.open(address, answer_limit_ms, () => this.#forget(name, connection));
    const made = { connection, ready: connection.connect() };
    this.#connections.set(name, made);
    return made;
  }

  #forget(name: string, connection: BrokerConnection): void {
    if (this.#connections.get(name)?.connection === connection) this.#connections.delete(name);
    connection.destroy();
  }

  #addresses(): Address[] {
    const all = new Map([...this.#order.bootstrap, ...this.#brokers.values()].map((address) => [shownAddress(address), address]));
    const first = this.#preferred === null ? undefined : all.get(this.#preferred);
    const rest = [...all.values()].filter((address) => address !== first);
    return first === undefined ? rest : [first, ...rest];
  }

  #take({ brokers, partitions }: ClusterSight): void {
    const at = this.#order.clock.now();
    this.#seen_at = at;
    for (const { id, host, port } of brokers) this.#brokers.set(id, { host, port });
    for (const { leader, ...rest } of partitions) {
      const state: PartitionState = { ...rest, leader: leader < 0 ? null : leader };
      const before = this.#states.get(state.partition);
      // A broker that is behind tells of leaders that are gone.
      if (before !== undefined && before.leader_epoch > state.leader_epoch) continue;
      this.#states.set(state.partition, state);
      if (before === undefined || differs(before, state)) this.#sights.push({ at, ...state });
    }
    for (const changed of this.#watchers) changed();
  }
}

function differs(a: PartitionState, b: PartitionState): boolean {
  const members = (ids: number[]) => [...ids].sort((x, y) => x - y).join();
  return (
    a.leader !== b.leader ||
    a.leader_epoch !== b.leader_epoch ||
    members(a.isr) !== members(b.isr) ||
    a.replicas.join() !== b.replicas.join()
  );
}
