import { setTimeout as sleep } from 'node:timers/promises';
import { up } from './observe.ts';
import type { KafkaServer } from './server.ts';
import { quorum, Wire } from './wire.ts';

const poll_ms = 250;

/** Looks at the quorum a few times a second, and tells of every new leader but the first. */
export class ControllerWatch {
  readonly #controllers: KafkaServer[];
  readonly #tell: (name: string, epoch: number) => void;
  readonly #wire = new Wire();
  readonly #stopped = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #epoch = -1;

  constructor(controllers: KafkaServer[], tell: (name: string, epoch: number) => void) {
    this.#controllers = controllers;
    this.#tell = tell;
  }

  /** Resolves when it has seen who leads at first. */
  async start(): Promise<void> {
    await this.#look();
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    this.#wire.close();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#look().catch(() => {});
      await sleep(poll_ms, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
  }

  /** Only the leader answers for the quorum; the others refuse, and so does one that leads no more. */
  async #look(): Promise<void> {
    const { leaderId, leaderEpoch } = await this.#wire.askAny(up(this.#controllers), quorum);
    if (leaderId < 0 || leaderEpoch <= this.#epoch) return;
    const first = this.#epoch < 0;
    this.#epoch = leaderEpoch;
    if (!first) this.#tell(`controller-${leaderId}`, leaderEpoch);
  }
}
