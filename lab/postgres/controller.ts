import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { EventName } from '../../core/record.ts';
import type { ControllerSettings } from '../../core/topology.ts';
import { askWriter, type Copy, detach, type Position, position, promote, setParameter } from './copy.ts';
import { type CommitMode, confirmations, quorumNames } from './settings.ts';

export interface Controlled {
  copies: Copy[];
  mode: CommitMode;
  clock: Clock;
  hold_promotion_ms: number;
  /** How a standby finds this writer. */
  connection(standby: string, writer: string): string;
  emit(what: EventName, who: string, text: string): void;
  /** Clients of the endpoint are reset and find the new writer. */
  moveEndpoint(writer: string): void;
}

/** As measured on two cores, with room for a busy machine; the controller says so in an event when a step takes longer. */
export const controllerSettings: ControllerSettings = {
  name: 'quorum-drills lab controller',
  poll_ms: 100,
  misses: 3,
  poll_timeout_ms: 300,
  detach_ms: [5, 500],
  promote_ms: [20, 700],
  repoint_ms: [10, 700],
  handover_ms: [30, 1500],
  rejoin_ms: [50, 2500],
};

/** A step that cannot end is given up only here, far past its published bound. */
const give_up_ms = 10_000;

/** Watches the one writer and replaces it by the rule W + R > N. It sees the copies only through its own links. */
export class Controller {
  readonly settings = controllerSettings;
  #system: Controlled;
  #writer: string;
  /** Copies seen streaming from the present writer: only their positions say anything about its writes. */
  #attached = new Set<string>();
  #misses = 0;
  #busy: Promise<unknown> = Promise.resolve();
  /** Set from the first suspicion until a poll succeeds or another is promoted, so that each is told once. */
  #suspected = false;
  readonly #ending = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(system: Controlled, writer: string) {
    this.#system = system;
    this.#writer = writer;
  }

  get writer(): string {
    return this.#writer;
  }

  start(): void {
    this.#loop = this.#watch();
  }

  /** Ends the watch; a promotion under way is finished first, one that is only held back is not. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
  }

  /** Runs work on the copies while the controller does none of its own. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done.finally(() => {
      this.#misses = 0;
    });
  }

  /** A planned change of writer: the old one drains to its standbys and stops, the most advanced is promoted, the old one follows. */
  handover(): Promise<string> {
    return this.exclusive(async () => {
      const old = this.#copy(this.#writer);
      const start = performance.now();
      await old.server.stop('fast');
      const seen = await this.#survey(async (copy, end) => position(copy, end));
      const drained = performance.now() - start;
      this.#requireQuorum(seen);
      await this.#takeOver(seen);
      this.#note('handover', drained, this.settings.handover_ms[1], this.#writer);
      return old.name;
    });
  }

  /** Sets a running copy to follow the present writer. */
  async follow(copy: Copy, within_ms: number): Promise<void> {
    await setParameter(copy.control, 'primary_conninfo', this.#system.connection(copy.name, this.#writer), within_ms);
  }

  async #watch(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const began = performance.now();
      await this.#look();
      if (this.#misses >= this.settings.misses) await this.exclusive(() => this.#failOver()).catch((error: unknown) => this.#failed(error));
      await sleep(Math.max(0, this.settings.poll_ms - (performance.now() - began)));
    }
  }

  /** One poll of the writer. */
  async #look(): Promise<void> {
    await this.#busy;
    try {
      const state = await askWriter(this.#copy(this.#writer).control, this.settings.poll_timeout_ms);
      if (state.recovering) throw new Error('it is no writer');
      for (const name of state.streaming) this.#attached.add(name);
      this.#misses = 0;
      this.#suspected = false;
    } catch {
      this.#misses += 1;
    }
  }

  async #failOver(): Promise<void> {
    const old = this.#writer;
    const known = this.#suspected;
    this.#suspected = true;
    if (!known) this.#system.emit('writer-suspected', old, `${old} missed ${this.#misses} polls`);
    const start = performance.now();
    const seen = await this.#survey((copy, end) => detach(copy, end - performance.now()));
    try {
      this.#requireQuorum(seen);
    } catch (error) {
      await this.#reattach(seen);
      if (!known) this.#system.emit('writer-suspected', old, String((error as Error).message));
      return;
    }
    this.#note('detach', performance.now() - start, this.settings.detach_ms[1], old);
    this.#system.emit('writer-detached', old, `${[...seen.keys()].join(', ')} no longer follow ${old}`);
    if (this.#system.hold_promotion_ms > 0) await sleep(this.#system.hold_promotion_ms, undefined, { signal: this.#ending.signal });
    this.#copy(old).diverged = true;
    await this.#takeOver(seen);
  }

  /** Asks every other copy at once; those that do not answer in time are not seen. */
  async #survey(ask: (copy: Copy, end: number) => Promise<Position>): Promise<Map<string, Position>> {
    const end = performance.now() + this.settings.detach_ms[1];
    const others = this.#system.copies.filter((copy) => copy.name !== this.#writer);
    const answers = await Promise.all(
      others.map((copy) =>
        ask(copy, end).then(
          (at) => [copy.name, at] as const,
          () => null,
        ),
      ),
    );
    return new Map(answers.filter((answer) => answer !== null));
  }

  /** R copies must be seen so that every acknowledged write is on one of them: R = copies - W + 1. Without a quorum rule, most copies. */
  #requireQuorum(seen: Map<string, Position>): void {
    const copies = this.#system.copies.length;
    const confirming = confirmations(copies, this.#system.mode);
    const wanted = confirming === 0 ? Math.floor(copies / 2) + 1 : copies - confirming;
    const able = [...seen.keys()].filter((name) => this.#attached.has(name));
    if (seen.size < wanted || able.length === 0) {
      throw new Error(
        `${seen.size} of ${copies} copies seen and detached, ${wanted} needed to see every acknowledged write: not promoting`,
      );
    }
  }

  async #takeOver(seen: Map<string, Position>): Promise<void> {
    const able = [...seen].filter(([name]) => this.#attached.has(name));
    const [best, at] = able.reduce((most, next) => (next[1].bytes > most[1].bytes ? next : most));
    const names = this.#system.copies.map(({ name }) => name);
    const start = performance.now();
    const timeline = await promote(this.#copy(best), quorumNames(best, names, this.#system.mode), give_up_ms);
    this.#note('promote', performance.now() - start, this.settings.promote_ms[1], best);
    this.#writer = best;
    this.#suspected = false;
    this.#attached.clear();
    this.#system.emit(
      'writer-promoted',
      best,
      `${best} at ${at.lsn} is the most advanced of ${seen.size} seen, now on timeline ${timeline}`,
    );
    this.#system.moveEndpoint(best);
    this.#system.emit('endpoint-moved', best, `the writer endpoint leads to ${best}`);
    await this.#repoint([...seen.keys()].filter((name) => name !== best));
  }

  /** Until as many copies stream as must confirm a write. */
  async #repoint(names: string[]): Promise<void> {
    const start = performance.now();
    await Promise.all(names.map((name) => this.follow(this.#copy(name), give_up_ms).catch(() => {})));
    const wanted = Math.min(names.length, confirmations(this.#system.copies.length, this.#system.mode));
    while (this.#attached.size < wanted && performance.now() - start < give_up_ms) {
      const state = await askWriter(this.#copy(this.#writer).control, give_up_ms);
      for (const name of state.streaming) this.#attached.add(name);
      await sleep(10);
    }
    this.#note('re-point', performance.now() - start, this.settings.repoint_ms[1], this.#writer);
  }

  /** No promotion came of it: the copies go back to the writer that they had. */
  async #reattach(seen: Map<string, Position>): Promise<void> {
    await Promise.all([...seen.keys()].map((name) => this.follow(this.#copy(name), this.settings.detach_ms[1]).catch(() => {})));
  }

  #failed(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#system.emit(
      'writer-suspected',
      this.#writer,
      `the failover did not end: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  #note(step: string, took_ms: number, bound_ms: number, who: string): void {
    if (took_ms > bound_ms)
      this.#system.emit('writer-suspected', who, `${step} took ${Math.round(took_ms)} ms, over its bound of ${bound_ms} ms`);
  }

  #copy(name: string): Copy {
    const copy = this.#system.copies.find((one) => one.name === name);
    if (!copy) throw new Error(`no copy ${name}`);
    return copy;
  }
}
