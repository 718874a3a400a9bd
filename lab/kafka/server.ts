import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../../core/errors.ts';
import { Daemon, type ProcessWatch } from '../daemon.ts';
import { isFree } from '../kept-ports.ts';
import { loopback } from '../ports.ts';
import type { Identity } from '../process.ts';
import type { KafkaEngine } from './binaries.ts';
import { javaFlags, logging, type Node, properties } from './settings.ts';

export interface KafkaServerPlan {
  node: Node;
  engine: KafkaEngine;
  /** Its own folder: settings, and data in `data`, formatted before the first start. */
  folder: string;
  /** Log file, opened by us and appended to. */
  log: string;
  settings: { [name: string]: string };
  watch?: ProcessWatch;
  /** From the start until it must be ready. */
  start_limit_ms?: number;
}

const start_limit_ms = 90_000;
/** As an orchestrator that asks first and kills after. */
const stop_limit_ms = 30_000;
const tail_lines = 12;

/** One broker or controller as a Java process of its own, on a loopback port that it keeps through restarts. */
export class KafkaServer {
  readonly node: Node;
  readonly name: string;
  readonly folder: string;
  #plan: KafkaServerPlan;
  #daemon: Daemon;
  #starting: Promise<void> | null = null;
  #over = false;

  constructor(plan: KafkaServerPlan) {
    this.#plan = plan;
    this.node = plan.node;
    this.name = plan.node.name;
    this.folder = plan.folder;
    this.#daemon = new Daemon(this.name, plan.watch);
  }

  get port(): number {
    return this.node.port;
  }

  /** The Java process, or null while none runs. */
  get process(): Identity | null {
    return this.#daemon.who;
  }

  /** Whether it can answer: it runs and is not frozen. */
  get isUp(): boolean {
    return this.process !== null && !this.#daemon.frozen;
  }

  /** Starts and waits until it says that it is ready: a broker is then registered and not fenced. Fails with the tail of its log. */
  start(): Promise<void> {
    this.#starting ??= this.process ? Promise.resolve() : this.#start();
    return this.#starting.finally(() => {
      this.#starting = null;
    });
  }

  /** A controlled stop: a broker hands its leaderships over first. Killed where it does not end in time; false says so. */
  stop(within_ms = stop_limit_ms): Promise<boolean> {
    return this.#daemon.stop('SIGTERM', within_ms);
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    await this.#daemon.kill();
  }

  /** As `kill`, for good: a start under way fails, and none can begin. */
  async end(): Promise<void> {
    this.#over = true;
    await this.kill();
    await this.#starting?.catch(() => {});
  }

  /** SIGSTOP; returns when it stands still. */
  freeze(): Promise<void> {
    return this.#daemon.freeze();
  }

  thaw(): void {
    this.#daemon.thaw();
  }

  async #start(): Promise<void> {
    // Kafka itself would say so only after it has registered, and half a minute later.
    if (!(await isFree(this.port))) throw this.#portTaken();
    await mkdir(dirname(this.#plan.log), { recursive: true });
    const log = await open(this.#plan.log, 'a+', 0o600);
    const from = (await log.stat()).size;
    try {
      await this.#spawn(log);
      await this.#ready(log, from);
    } catch (error) {
      await this.kill();
      throw await this.#explained(error, log, from);
    } finally {
      await log.close();
    }
  }

  async #spawn(log: FileHandle): Promise<void> {
    const { engine, folder, settings } = this.#plan;
    const [config, log4j] = [join(folder, 'server.properties'), join(folder, 'log4j2.properties')];
    await writeFile(config, properties(settings), { mode: 0o600 });
    await writeFile(log4j, logging, { mode: 0o600 });
    const flags = [...javaFlags(this.node.role), `-Dlog4j2.configurationFile=${log4j}`];
    if (this.#over) throw new Error('is not wanted any more');
    await this.#daemon.start(engine.java, [...flags, '-cp', engine.classpath, 'kafka.Kafka', config], { cwd: folder, log });
    if (this.#over) throw new Error('is not wanted any more');
  }

  async #ready(log: FileHandle, from: number): Promise<void> {
    const limit_ms = this.#plan.start_limit_ms ?? start_limit_ms;
    const end = performance.now() + limit_ms;
    let [at, text] = [from, ''];
    while (this.process) {
      const { bytesRead, buffer } = await log.read(Buffer.alloc(65_536), 0, 65_536, at);
      at += bytesRead;
      text = text.slice(-64) + buffer.toString('utf8', 0, bytesRead);
      if (text.includes('Kafka Server started')) return;
      if (performance.now() > end) throw new Error(`was not ready within ${limit_ms} ms`);
      if (bytesRead === 0) await sleep(20);
    }
    throw new Error('ended before it was ready');
  }

  async #explained(error: unknown, log: FileHandle, from: number): Promise<Error> {
    const size = (await log.stat()).size - from;
    const said = size > 0 ? (await log.read(Buffer.alloc(size), 0, size, from)).buffer.toString('utf8') : '';
    if (/failed to bind|Address already in use/i.test(said)) return this.#portTaken();
    const tail = said.trimEnd().split('\n').slice(-tail_lines).join('\n');
    const what = error instanceof Error ? error.message : String(error);
    return new Error(`${this.name} ${what}; its log ends:\n${tail || '(nothing)'}`, { cause: error });
  }

  #portTaken(): BadInput {
    const taken = `${loopback}:${this.port}, which another program holds`;
    return new BadInput(`port of ${this.name}`, taken, 'one that stays free', 'stop what took it, and run again');
  }
}
