import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { Event, EventName } from '../../core/record.ts';
import type { ObservedTopology } from '../../core/topology.ts';
import { homeFolder, prepareHome } from '../home.ts';
import { Journal, sweepJournals } from '../journal.ts';
import { loopback } from '../ports.ts';
import { type Mortal, reapOnExit, spare } from '../reap.ts';
import { findPostgres } from './binaries.ts';
import { Controller } from './controller.ts';
import { copyStopped, setRole } from './copying.ts';
import { type Copy, setParameter } from './copy.ts';
import { Network } from './network.ts';
import { observe } from './observe.ts';
import { type Leader, rejoin, streams } from './rejoin.ts';
import { initData, PostgresServer, writeOwned } from './server.ts';
import { Session } from './session.ts';
import { type CommitMode, confirmations, connection, memberSettings, quorumNames } from './settings.ts';

export interface ClusterPlan {
  /** Names the cluster's folder; one cluster a run. */
  run: string;
  /** Copies, laid over the zones a, b, c in turn. */
  members: number;
  mode: CommitMode;
  link_delay_ms: number;
  hold_promotion_ms: number;
  /** Folder of the servers' logs; it stays. */
  logs: string;
  clock: Clock;
}

const zones = ['a', 'b', 'c'] as const;

/** Zone of the i-th copy, counted from 0. */
export function zoneOf(i: number): string {
  return zones[i % zones.length] ?? zones[0];
}

/** Six copies take about 250 MB fresh, and may each keep 256 MB of writes. */
const disk_bytes = 1_000_000_000;
const up_limit_ms = 30_000;

/** Copies of one database on loopback, one of them the writer, with the links between them and the controller that watches. */
export class PostgresCluster implements Mortal {
  readonly plan: ClusterPlan;
  readonly version: string;
  readonly folder: string;
  readonly copies: Copy[];
  readonly network: Network;
  readonly controller: Controller;
  readonly journal: Journal;
  readonly events: Event[] = [];
  #password: string;

  private constructor(parts: { plan: ClusterPlan; version: string; folder: string; copies: Copy[]; network: Network; journal: Journal; password: string }) {
    this.plan = parts.plan;
    this.version = parts.version;
    this.folder = parts.folder;
    this.copies = parts.copies;
    this.network = parts.network;
    this.journal = parts.journal;
    this.#password = parts.password;
    const { clock, mode, hold_promotion_ms } = parts.plan;
    this.controller = new Controller({
      copies: parts.copies, mode, clock, hold_promotion_ms,
      connection: (standby, writer) => this.#connection(standby, writer),
      emit: (what, who, text) => this.emit(what, who, text),
      moveEndpoint: () => this.network.endpoint.reset(),
    }, parts.copies[0]?.name ?? '');
  }

  /** Cleans up after killed programs, then starts every copy; resolves when all stream and the commit rule holds. */
  static async start(plan: ClusterPlan): Promise<PostgresCluster> {
    await sweepJournals();
    await prepareHome(disk_bytes);
    const engine = await findPostgres();
    const journal = await Journal.open();
    const folder = join(await homeFolder('clusters'), `${plan.run}-${randomBytes(3).toString('hex')}`);
    await journal.folder(folder);
    const password = randomBytes(24).toString('base64url');
    const names = Array.from({ length: plan.members }, (_, i) => `pg-${i + 1}`);
    const servers = names.map((name) => new PostgresServer({
      name, engine, folder: join(folder, name), log: join(plan.logs, `${name}.log`), settings: memberSettings(name, plan.mode), watch: journal,
    }));
    let cluster: PostgresCluster | undefined;
    const network = await Network.open(names, (name) => servers.find((server) => server.name === name)?.port ?? null, () => cluster?.writer.server.port ?? null);
    const copies = servers.map((server, i): Copy => ({
      name: server.name, zone: zoneOf(i), server, diverged: false,
      control: new Session(network.control(server.name).port, password, 'controller'),
      direct: new Session(network.direct(server.name).port, password, 'lab'),
    }));
    cluster = new PostgresCluster({ plan, version: engine.version, folder, copies, network, journal, password });
    reapOnExit(cluster);
    try {
      await initData(engine, join(folder, names[0] ?? ''), password);
      await writeOwned(join(folder, 'passwords'), `*:*:*:postgres:${password}\n`);
      await cluster.#up();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
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

  observe(): Promise<ObservedTopology> {
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
      await Promise.all(this.copies.filter((copy) => copy !== this.writer).map(async (copy) => {
        const well = !copy.diverged && copy.server.port !== null && (await streams(copy, this.writer, 1_000).then(() => true, () => false));
        if (!well) await this.bring(copy.name);
      }));
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
    await Promise.all(standbys.map(async (copy) => {
      await copyStopped(writer.server.folder, copy.server.folder);
      await setRole(copy.server.folder, { primary_conninfo: this.#connection(copy.name, writer.name) });
    }));
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
    return { copy, password: this.#password, connection: (standby) => this.#connection(standby, copy.name) };
  }

  #connection(standby: string, writer: string): string {
    return connection(standby, this.network.between(standby, writer).port, join(this.folder, 'passwords'));
  }

  #url(port: number): string {
    return `postgres://postgres:${this.#password}@${loopback}:${port}/postgres`;
  }
}
