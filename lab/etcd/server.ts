import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, open, readFile, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../../core/errors.ts';
import { gone, type Identity, identify, killTree, processes, signal } from '../process.ts';
import { type EtcdEngine, unsupported } from './binaries.ts';
import type { Certificates } from './certificates.ts';
import { type Entry, memberFlags, type Place, type Timing } from './settings.ts';

/** Told of every process that starts and ends, so that the next program can clean up after this one. */
export interface ProcessWatch {
  started(who: Identity, name: string): Promise<void>;
  ended(who: Identity): Promise<void>;
}

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
/** A third of a witness's share of a busy processor. */
const below_witnesses = 5;
const tail_lines = 5;

/** One etcd on loopback ports that it keeps through restarts. */
export class EtcdServer {
  readonly name: string;
  readonly data: string;
  #plan: EtcdServerPlan;
  #process: { child: ChildProcess; who: Identity; exited: Promise<void> } | null = null;
  #frozen = false;

  constructor(plan: EtcdServerPlan) {
    this.#plan = plan;
    this.name = plan.place.name;
    this.data = join(plan.folder, 'data');
  }

  get place(): Place {
    return this.#plan.place;
  }

  /** The process, or null while none runs. */
  get process(): Identity | null {
    return this.#process?.who ?? null;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Starts the process; it takes clients only when its cluster has a quorum. `entry` counts only while it has no data. */
  async start(entry: Entry): Promise<void> {
    if (this.#process) return;
    const { engine, folder, place, timing, certificates } = this.#plan;
    await mkdir(dirname(this.#plan.log), { recursive: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const log = await open(this.#plan.log, 'a', 0o600);
    try {
      // Its own session, or Ctrl-C in a terminal would stop it before we can heal; no ETCD_ variable of ours reaches it.
      const child = spawn(engine.etcd, memberFlags(place, this.data, entry, timing, certificates), {
        cwd: folder,
        env: { LC_ALL: 'C', TZ: 'UTC', ...unsupported },
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      await this.#adopt(child);
    } finally {
      await log.close();
    }
  }

  /** SIGTERM: a leader hands over first. Killed where it does not end in time; false says so. */
  async stop(within_ms = stop_limit_ms): Promise<boolean> {
    const running = this.#process;
    if (!running) return true;
    signal(running.who.pid, 'SIGTERM');
    this.thaw();
    const ended = await Promise.race([running.exited.then(() => true), sleep(within_ms, false, { ref: false })]);
    if (!ended) await killTree(running.who);
    await running.exited;
    return ended;
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (!running) return;
    await killTree(running.who);
    await running.exited;
  }

  /** SIGSTOP; returns when it stands still. */
  async freeze(): Promise<void> {
    const pid = this.#process?.who.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    this.#frozen = true;
    signal(pid, 'SIGSTOP');
    while (this.#process && !(await processes()).some((row) => row.pid === pid && row.stopped)) await sleep(2);
  }

  thaw(): void {
    if (this.#process) signal(this.#process.who.pid, 'SIGCONT');
    this.#frozen = false;
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
    if (this.#process) throw new Error(`${this.name} runs`);
    await rm(this.data, { recursive: true, force: true });
  }

  /** Why it ended by itself, with the tail of its log; null while it runs. */
  async ended(): Promise<Error | null> {
    if (this.#process) return null;
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

  async #adopt(child: ChildProcess): Promise<void> {
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const who = child.pid === undefined ? null : await identify(child.pid);
    if (!who) throw (await this.ended()) ?? new Error(`${this.name} ended at once`);
    // Below the witnesses, or busy members on few cores would blind the very processes that must see them.
    setPriority(who.pid, below_witnesses);
    this.#frozen = false;
    this.#process = { child, who, exited: exited.then(() => this.#ended(who)) };
    await this.#plan.watch?.started(who, this.name);
  }

  async #ended(who: Identity): Promise<void> {
    this.#process = null;
    this.#frozen = false;
    await gone([who]);
    await this.#plan.watch?.ended(who);
  }
}
