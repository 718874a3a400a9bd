import { setTimeout as sleep } from 'node:timers/promises';
import { up } from './observe.ts';
import type { KafkaServer } from './server.ts';
import { quorum, Wire } from './wire.ts';

const poll_ms = 250;

/** Who is told of an election that was over before anybody looked: the epoch rose, with a winner or without one. */
const unseen = 'no controller that was seen';

/** The elections between two looks at the quorum, by the raised epoch; only the last one's winner was seen. */
export function electionsBetween(before: number, leader: string, epoch: number): { name: string; epoch: number }[] {
  return Array.from({ length: Math.max(0, epoch - before) }, (_, index) => {
    const raised = before + 1 + index;
    return { name: raised === epoch ? leader : unseen, epoch: raised };
  });
}

/** Looks at the quorum a few times a second, and tells of every election but the first. */
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
    const elections = this.#epoch < 0 ? [] : electionsBetween(this.#epoch, `controller-${leaderId}`, leaderEpoch);
    this.#epoch = leaderEpoch;
    for (const { name, epoch } of elections) this.#tell(name, epoch);
  }
}
