import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, EventName } from '../../core/record.ts';
import type { KafkaTopology, PartitionState } from '../../core/topology.ts';
import type { Journal } from '../journal.ts';
import { loopback } from '../ports.ts';
import { type Mortal, reapOnExit, spare } from '../reap.ts';
import type { KafkaNetwork } from './network.ts';
import { observe, partitionsOf, up } from './observe.ts';
import { assemble, type KafkaParts, type KafkaPlan } from './parts.ts';
import { place } from './placement.ts';
import type { KafkaServer } from './server.ts';
import { ensureTopic } from './topic.ts';
import { ControllerWatch } from './watch.ts';
import { electPreferred, type Metadata, metadata, Wire } from './wire.ts';

export type { KafkaPlan } from './parts.ts';

const poll_ms = 50;
const sync_limit_ms = 120_000;

/** Brokers and a quorum of controllers apart from them, on loopback, with the topic that the lanes write to. */
export class KafkaCluster implements Mortal {
  readonly events: Event[] = [];
  readonly #parts: KafkaParts;
  readonly #wire = new Wire();
  readonly #watch: ControllerWatch;

  private constructor(parts: KafkaParts) {
    this.#parts = parts;
    this.#watch = new ControllerWatch(parts.controllers, (name, epoch) =>
      this.emit('controller-elected', name, `${name} leads the quorum in epoch ${epoch}`),
    );
  }

  /** Starts every node; resolves when the topic is there and every replica in sync. */
  static async start(plan: KafkaPlan): Promise<KafkaCluster> {
    const parts = await assemble(plan);
    const cluster = new KafkaCluster(parts);
    reapOnExit(cluster);
    try {
      await parts.format();
      // On few cores eight Java processes at once keep the controllers from electing, and a broker that found none gives up.
      await Promise.all(cluster.controllers.map((server) => server.start()));
      await Promise.all(cluster.brokers.map((server) => server.start()));
      await cluster.#prepareTopic();
      await cluster.#watch.start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get plan(): KafkaPlan {
    return this.#parts.plan;
  }

  /** Kafka's own version, such as `4.4.0`. */
  get version(): string {
    return this.#parts.engine.version;
  }

  get folder(): string {
    return this.#parts.folder;
  }

  get journal(): Journal {
    return this.#parts.journal;
  }

  get brokers(): KafkaServer[] {
    return this.#parts.brokers;
  }

  get controllers(): KafkaServer[] {
    return this.#parts.controllers;
  }

  /** Brokers and controllers. */
  get servers(): KafkaServer[] {
    return [...this.controllers, ...this.brokers];
  }

  /** The links into brokers, where the plan has them. */
  get network(): KafkaNetwork | null {
    return this.#parts.network;
  }

  /** Where clients begin, as `host:port`; the same through restarts. */
  get bootstrap(): string[] {
    return this.brokers.map(({ node }) => `${loopback}:${node.linked?.clients ?? node.port}`);
  }

  server(name: string): KafkaServer {
    const found = this.servers.find((one) => one.name === name);
    if (!found) throw new Error(`no member ${name}; there are ${this.servers.map((one) => one.name).join(', ')}`);
    return found;
  }

  emit(what: EventName, who: string, text: string): void {
    this.events.push({ at: this.plan.clock.now(), what, who, text });
  }

  observe(): Promise<KafkaTopology> {
    const { topic, clock } = this.plan;
    return observe({ wire: this.#wire, brokers: this.brokers, controllers: this.controllers, topic, at: clock.now() });
  }

  /** Registered brokers and the topic's partitions, from any broker that answers. */
  metadata(): Promise<Metadata> {
    return this.#wire.askAny(up(this.brokers), metadata([this.plan.topic]));
  }

  async partitions(): Promise<PartitionState[]> {
    return partitionsOf(await this.metadata(), this.plan.topic);
  }

  /** Asks again until it holds; nobody's answer counts as no. Rejects when `stopped` or after the time. */
  async until(what: string, holds: () => Promise<boolean>, stopped?: AbortSignal, within_ms = sync_limit_ms): Promise<void> {
    const end = performance.now() + within_ms;
    while (!(await holds().catch(() => false))) {
      if (performance.now() > end) throw new Error(`${what}: not so within ${within_ms} ms`);
      await sleep(poll_ms, undefined, { signal: stopped });
    }
  }

  /** SIGKILL of all of them at once. */
  async lose(names: string[]): Promise<void> {
    await Promise.all(names.map((name) => this.server(name).kill()));
    for (const name of names) this.emit('member-lost', name, `the process of ${name} is gone`);
  }

  /** Asks one member to end: a broker hands its leaderships over first. Throws when it had to be killed, which is another fault. */
  async stopMember(name: string, within_ms?: number): Promise<void> {
    this.emit('member-stopping', name, `${name} was asked to end`);
    const asked = await this.server(name).stop(within_ms);
    this.emit('member-lost', name, asked ? `${name} ended in order` : `${name} did not end when asked, and was killed`);
    if (!asked) throw new Error(`${name} did not end when asked, and was killed: this was no controlled stop`);
  }

  /** Starts members together, and resolves when each is back; what runs already is left alone. */
  async bring(names: string[], stopped?: AbortSignal): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        await this.server(name).start();
        await this.inStep(name, stopped);
        this.emit(
          'member-back',
          name,
          this.server(name).node.role === 'broker' ? `${name} is in every ISR that it belongs to` : `${name} follows the quorum`,
        );
      }),
    );
  }

  /** Waits until a broker is registered and in every ISR that it belongs to, or a controller follows its quorum. */
  inStep(name: string, stopped?: AbortSignal): Promise<void> {
    const { node } = this.server(name);
    if (node.role === 'controller') return this.until(`${name} follows the quorum`, () => this.#follows(node.id), stopped);
    return this.until(`${name} in every ISR`, async () => hasInSync(await this.metadata(), this.plan.topic, node.id), stopped);
  }

  /** Heals the links, thaws, starts what is down, waits for every ISR to be full and gives leadership back to the preferred. Idempotent. */
  async restore(): Promise<void> {
    this.network?.heal();
    for (const server of this.servers) server.thaw();
    await this.bring(this.servers.filter((server) => server.process === null).map(({ name }) => name));
    await this.#steady();
  }

  processes() {
    return this.servers.flatMap((server) => server.process ?? []);
  }

  /** Ends every process and removes the data, each whatever becomes of the others; the logs stay. */
  async stop(): Promise<void> {
    await this.#watch.stop();
    this.#wire.close();
    const ended = await Promise.allSettled(this.servers.map((server) => server.end()));
    await this.network?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await this.journal.removed(this.folder);
    await this.journal.close();
    spare(this);
  }

  async #follows(id: number): Promise<boolean> {
    const member = (await this.observe()).members.find(({ name }) => name === `controller-${id}`);
    return member?.healthy === true;
  }

  async #prepareTopic(): Promise<void> {
    const { topic: name, partitions, replication_factor, min_isr, unclean_election } = this.plan;
    const nodes = this.brokers.map(({ node }) => node);
    const topic = { name, replicas: place(nodes, partitions, replication_factor), min_isr, unclean_election };
    const all = async () => (await this.#wire.askAny(up(this.brokers), metadata([]))).brokers.length === nodes.length;
    await this.until('every broker is registered', all);
    await this.#wire.askAny(up(this.brokers), (connection) => ensureTopic(connection, topic));
    await this.#steady();
  }

  /** A broker that was frozen answers with what it knew, so every one of them is asked. */
  async #steady(): Promise<void> {
    const everywhere = async (holds: (seen: Metadata) => boolean) => {
      const views = await Promise.all(this.brokers.map(({ port }) => this.#wire.ask(port, metadata([this.plan.topic]))));
      return views.every(holds);
    };
    const inSync = (seen: Metadata) => this.brokers.every(({ node }) => hasInSync(seen, this.plan.topic, node.id));
    const preferred = (seen: Metadata) => partitionsOf(seen, this.plan.topic).every(({ leader, replicas }) => leader === replicas[0]);
    await this.until('every ISR is full', () => everywhere(inSync));
    await Promise.all(this.controllers.map(({ name }) => this.inStep(name)));
    await this.until('preferred leaders lead', async () => {
      if (await everywhere(preferred)) return true;
      await this.#wire.askAny(up(this.brokers), electPreferred);
      return false;
    });
  }
}

/**
 * Whether a broker is registered, and in the ISR of each partition of the topic that it belongs to. A partition without a leader takes
 * nobody in, and waits for whoever of its replicas is still away.
 */
function hasInSync(seen: Metadata, topic: string, id: number): boolean {
  const isRegistered = (one: number) => seen.brokers.some(({ nodeId }) => nodeId === one);
  const mine = partitionsOf(seen, topic).filter(({ replicas }) => replicas.includes(id));
  return (
    isRegistered(id) && mine.every(({ leader, replicas, isr }) => isr.includes(id) || (leader === null && !replicas.every(isRegistered)))
  );
}
