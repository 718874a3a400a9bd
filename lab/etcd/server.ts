import { access, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../core/errors.ts';
import { Daemon, type ProcessWatch } from '../daemon.ts';
import type { Identity } from '../process.ts';
import { type EtcdEngine, unsupported } from './binaries.ts';
import type { Certificates } from './certificates.ts';
import { type Entry, memberFlags, type Place, type Timing } from './settings.ts';

export interface EtcdServerPlan {
  place: Place;
  engine: EtcdEngine;
  /** Its own folder; the data lie in `data` below it. */
  folder: string;
  /** Log file, opened by us and appended to. */
  log: string;
  timing: Timing;
  certificates: Certificates | null;
  watch?: ProcessWatch;
}

/** As an orchestrator that asks first and kills after. */
const stop_limit_ms = 15_000;
const tail_lines = 5;

/** One etcd on loopback ports that it keeps through restarts. */
export class EtcdServer {
  readonly name: string;
  readonly data: string;
  #plan: EtcdServerPlan;
  #daemon: Daemon;

  constructor(plan: EtcdServerPlan) {
    this.#plan = plan;
    this.name = plan.place.name;
    this.#daemon = new Daemon(this.name, plan.watch);
    this.data = join(plan.folder, 'data');
  }

  get place(): Place {
    return this.#plan.place;
  }

  /** The process, or null while none runs. */
  get process(): Identity | null {
    return this.#daemon.who;
  }

  get frozen(): boolean {
    return this.#daemon.frozen;
  }

  /** Starts the process; it takes clients only when its cluster has a quorum. `entry` counts only while it has no data. */
  async start(entry: Entry): Promise<void> {
    if (this.process) return;
    const { engine, folder, place, timing, certificates } = this.#plan;
    await mkdir(dirname(this.#plan.log), { recursive: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const log = await open(this.#plan.log, 'a', 0o600);
    try {
      await this.#daemon.start(engine.etcd, memberFlags(place, this.data, entry, timing, certificates), {
        cwd: folder,
        log,
        env: unsupported,
      });
    } catch (error) {
      throw (await this.ended()) ?? error;
    } finally {
      await log.close();
    }
  }

  /** SIGTERM: a leader hands over first. Killed where it does not end in time; false says so. */
  stop(within_ms = stop_limit_ms): Promise<boolean> {
    return this.#daemon.stop('SIGTERM', within_ms);
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    await this.#daemon.kill();
  }

  /** SIGSTOP; returns when it stands still. */
  freeze(): Promise<void> {
    return this.#daemon.freeze();
  }

  thaw(): void {
    this.#daemon.thaw();
  }

  /** Whether it has data to start from. */
  hasData(): Promise<boolean> {
    return access(join(this.data, 'member')).then(
      () => true,
      () => false,
    );
  }

  /** Removes its data; it must not run. */
  async destroyData(): Promise<void> {
    if (this.process) throw new Error(`${this.name} runs`);
    await rm(this.data, { recursive: true, force: true });
  }

  /** Why it ended by itself, with the tail of its log; null while it runs. */
  async ended(): Promise<Error | null> {
    if (this.process) return null;
    const said = await readFile(this.#plan.log, 'utf8').catch(() => '');
    if (/address already in use/i.test(said.slice(-4_000)))
      return new BadInput(
        `ports of ${this.name}`,
        'one that another program holds',
        'ports that stay free',
        'stop what took it, and run again',
      );
    const tail = said.trimEnd().split('\n').slice(-tail_lines).join('\n');
    return new Error(`${this.name} ended; its log ends:\n${tail || '(nothing)'}`);
  }
}
