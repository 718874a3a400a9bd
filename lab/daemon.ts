import { type ChildProcess, spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { gone, type Identity, identify, killTree, processes, signal } from './process.ts';

/** Told of every process that starts and ends, so that the next program can clean up after this one. */
export interface ProcessWatch {
  started(who: Identity, name: string): Promise<void>;
  ended(who: Identity): Promise<void>;
}

interface Launch {
  cwd: string;
  /** Takes what the process says. */
  log: FileHandle;
  env?: { [name: string]: string };
  uid?: number;
  gid?: number;
}

/** A third of a witness's share of a busy processor. */
const below_witnesses = 5;

/** The process of one engine's server: started, stopped, killed, frozen and reaped by its identity, and journalled from first to last. */
export class Daemon {
  readonly name: string;
  #watch: ProcessWatch | undefined;
  #ended: () => void;
  #process: { who: Identity; exited: Promise<void> } | null = null;
  #frozen = false;

  /** `ended` is called each time that the process is gone, however it went. */
  constructor(name: string, watch?: ProcessWatch, ended: () => void = () => {}) {
    this.name = name;
    this.#watch = watch;
    this.#ended = ended;
  }

  /** Null while it does not run. */
  get who(): Identity | null {
    return this.#process?.who ?? null;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Starts the program; rejects where it ended at once. */
  async start(program: string, args: string[], { cwd, log, env, uid, gid }: Launch): Promise<void> {
    // Its own session, or Ctrl-C in a terminal would stop it before we can heal; nothing of our environment reaches it.
    const child = spawn(program, args, {
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      cwd,
      env: { LC_ALL: 'C', TZ: 'UTC', ...env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await this.#adopt(child);
  }

  /** Asks it to end by this signal, and kills it where it does not in time; false says so. */
  async stop(by: NodeJS.Signals, within_ms: number): Promise<boolean> {
    const running = this.#process;
    if (!running) return true;
    signal(running.who.pid, by);
    this.thaw();
    const ended = await Promise.race([running.exited.then(() => true), sleep(within_ms, false, { ref: false })]);
    if (!ended) await killTree(running.who);
    await running.exited;
    return ended;
  }

  /** SIGKILL of it and of every child; returns those killed when all are gone. */
  async kill(): Promise<Identity[]> {
    const running = this.#process;
    if (!running) return [];
    const killed = await killTree(running.who);
    await running.exited;
    return killed;
  }

  /** SIGSTOP; returns when it stands still. */
  async freeze(): Promise<void> {
    const pid = this.who?.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    this.#frozen = true;
    signal(pid, 'SIGSTOP');
    while (this.#process && !(await processes()).some((row) => row.pid === pid && row.stopped)) await sleep(2);
  }

  thaw(): void {
    if (this.#process) signal(this.#process.who.pid, 'SIGCONT');
    this.#frozen = false;
  }

  async #adopt(child: ChildProcess): Promise<void> {
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const who = child.pid === undefined ? null : await identify(child.pid);
    if (!who) throw new Error('the process ended at once');
    // Below the witnesses, or busy servers on few cores would blind the very processes that must see them.
    setPriority(who.pid, below_witnesses);
    this.#frozen = false;
    this.#process = { who, exited: exited.then(() => this.#gone(who)) };
    await this.#watch?.started(who, this.name);
  }

  async #gone(who: Identity): Promise<void> {
    this.#process = null;
    this.#frozen = false;
    this.#ended();
    await gone([who]);
    await this.#watch?.ended(who);
  }
}
