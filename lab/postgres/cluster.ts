import { rm } from 'node:fs/promises';
import type { Event, EventName } from '../../core/record.ts';
import type { AuroraTopology } from '../../core/topology.ts';
import type { Journal } from '../journal.ts';
import { loopback } from '../ports.ts';
import { type Mortal, reapOnExit, spare } from '../reap.ts';
import { Controller } from './controller.ts';
import { type Copy, setParameter } from './copy.ts';
import { copyStopped, setRole } from './copying.ts';
import type { Network } from './network.ts';
import { observe } from './observe.ts';
import { assemble, type ClusterPlan, type Parts } from './parts.ts';
import { type Leader, rejoin, streams } from './rejoin.ts';
import { confirmations, quorumNames } from './settings.ts';

export { type ClusterPlan, zoneOf } from './parts.ts';

const up_limit_ms = 30_000;

/** Copies of one database on loopback, one of them the writer, with the links between them and the controller that watches. */
export class PostgresCluster implements Mortal {
  readonly controller: Controller;
  readonly events: Event[] = [];
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    const { copies, connection, network } = parts;
    const { clock, mode, hold_promotion_ms } = parts.plan;
    const first = copies[0]?.name ?? '';
    network.moveEndpoint(first);
    const emit: PostgresCluster['emit'] = (what, who, text) => this.emit(what, who, text);
    const moveEndpoint = (writer: string): void => network.moveEndpoint(writer);
    this.controller = new Controller({ copies, mode, clock, hold_promotion_ms, connection, emit, moveEndpoint }, first);
  }

  /** Starts every copy; resolves when all stream and the commit rule holds. */
  static async start(plan: ClusterPlan): Promise<PostgresCluster> {
    const parts = await assemble(plan);
    const cluster = new PostgresCluster(parts);
    reapOnExit(cluster);
    try {
      await parts.initialise();
      await cluster.#up();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get plan(): ClusterPlan {
    return this.#parts.plan;
  }

  /** PostgreSQL's own version, such as `18.4`. */
  get version(): string {
    return this.#parts.version;
  }

  get folder(): string {
    return this.#parts.folder;
  }

  get copies(): Copy[] {
    return this.#parts.copies;
  }

  get network(): Network {
    return this.#parts.network;
  }

  get journal(): Journal {
    return this.#parts.journal;
  }

  get writer(): Copy {
    return this.copy(this.controller.writer);
  }

  copy(name: string): Copy {
    const copy = this.copies.find((one) => one.name === name);
    if (!copy) throw new Error(`no member ${name}`);
    return copy;
  }

  /** Leads to whoever is the writer. */
  get writerUrl(): string {
    return this.#url(this.network.endpoint.port);
  }

  /** Leads to one member, whatever its role and whatever is cut; the same through restarts. */
  directUrl(name: string): string {
    return this.#url(this.network.direct(name).port);
  }

  emit(what: EventName, who: string, text: string): void {
    this.events.push({ at: this.plan.clock.now(), what, who, text });
  }

  observe(): Promise<AuroraTopology> {
    return observe(this.copies, { at: this.plan.clock.now(), controller: this.controller.settings, link_delay_ms: this.network.delay_ms });
  }

  /** Host loss: at once nothing reaches or leaves them, then all their processes are SIGKILLed, then the others see resets. */
  async lose(names: string[]): Promise<void> {
    const hasWriter = names.includes(this.writer.name);
    this.network.vanish(names, hasWriter);
    await Promise.all(names.map((name) => this.copy(name).server.kill()));
    this.network.tell(names, hasWriter);
    for (const name of names) this.emit('member-lost', name, `all processes of ${name} are gone`);
  }

  /** Brings one member back as what it can be now, and waits until it streams; the writer itself just starts. */
  async bring(name: string): Promise<void> {
    const copy = this.copy(name);
    if (copy === this.writer) {
      await copy.server.start();
      this.emit('member-back', name, `${name} runs again and is still the writer`);
      return;
    }
    const was = copy.diverged;
    await rejoin(copy, this.#leader());
    if (was) this.emit('writer-rejoined', name, `${name} was made anew from ${this.writer.name} and streams`);
    this.emit('member-back', name, `${name} streams from ${this.writer.name}`);
  }

  /** A planned change of writer; resolves when the old one streams from the new one. */
  async handover(): Promise<void> {
    const old = await this.controller.handover();
    await rejoin(this.copy(old), this.#leader());
    this.emit('writer-rejoined', old, `${old} streams from ${this.writer.name}`);
  }

  /** Heals the links, thaws, and brings back every copy that does not stream. Idempotent; resolves in steady state. */
  restore(): Promise<void> {
    return this.controller.exclusive(async () => {
      this.network.heal();
      await Promise.all(this.copies.map((copy) => copy.server.thaw()));
      if (this.writer.server.port === null) await this.bring(this.writer.name);
      await Promise.all(
        this.copies
          .filter((copy) => copy !== this.writer)
          .map(async (copy) => {
            const well =
              !copy.diverged &&
              copy.server.port !== null &&
              (await streams(copy, this.writer, 1_000).then(
                () => true,
                () => false,
              ));
            if (!well) await this.bring(copy.name);
          }),
      );
    });
  }

  processes() {
    return this.copies.flatMap((copy) => copy.server.postmaster ?? []);
  }

  /** Ends every process, closes every link and removes the data, each whatever becomes of the others; the logs stay. */
  async stop(): Promise<void> {
    const ended = await Promise.allSettled<unknown>([this.controller.stop()]);
    ended.push(...(await Promise.allSettled(this.copies.map((copy) => copy.server.stop('immediate').catch(() => copy.server.kill())))));
    for (const copy of this.copies) {
      copy.control.close();
      copy.direct.close();
    }
    ended.push(...(await Promise.allSettled([this.network.close()])));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await this.journal.removed(this.folder);
    await this.journal.close();
    spare(this);
  }

  async #up(): Promise<void> {
    const writer = this.writer;
    const standbys = this.copies.filter((copy) => copy !== writer);
    await Promise.all(
      standbys.map(async (copy) => {
        await copyStopped(writer.server.folder, copy.server.folder);
        await setRole(copy.server.folder, { primary_conninfo: this.#parts.connection(copy.name, writer.name) });
      }),
    );
    await Promise.all(this.copies.map((copy) => copy.server.start()));
    await Promise.all(standbys.map((copy) => streams(copy, writer, up_limit_ms)));
    const names = this.copies.map(({ name }) => name);
    if (confirmations(names.length, this.plan.mode) > 0) {
      await setParameter(writer.direct, 'synchronous_standby_names', quorumNames(writer.name, names, this.plan.mode), up_limit_ms);
    }
    this.network.delay(this.plan.link_delay_ms);
    this.controller.start();
  }

  #leader(): Leader {
    const copy = this.writer;
    return { copy, password: this.#parts.password, connection: (standby) => this.#parts.connection(standby, copy.name) };
  }

  #url(port: number): string {
    return `postgres://postgres:${this.#parts.password}@${loopback}:${port}/postgres`;
  }
}
