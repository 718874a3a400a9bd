import type { Clock } from '../../core/clock.ts';
import type { EventName } from '../../core/record.ts';
import { type Answers, askAll, leaderOf, nameOf, type Watched } from './observe.ts';

/** Fine enough for a timeline of elections that take a second, and three short questions. */
const poll_ms = 150;
const answer_limit_ms = 500;

interface ElectionsParts {
  clock: Clock;
  members(): Watched[];
  emit(what: EventName, who: string, text: string): void;
}

/** Looks on and tells every new leader; knows whom each id names and the highest revision that it saw. */
export class Elections {
  readonly known = new Map<string, string>();
  /** Highest revision that any member told. */
  seen_revision = 0;
  #parts: ElectionsParts;
  #last: { name: string; term: number; cluster_id: string } | null = null;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: ElectionsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  /** Takes in what members said, whoever asked. */
  hear(answers: Answers): void {
    for (const [name, { member_id, revision }] of answers) {
      this.known.set(member_id, name);
      this.seen_revision = Math.max(this.seen_revision, revision);
    }
    const leader = leaderOf(answers);
    const name = nameOf(leader?.id, answers, this.known);
    if (!leader || !name) return;
    const last = this.#last;
    const stale = last?.cluster_id === leader.cluster_id && leader.term <= last.term;
    if (stale) return;
    this.#last = { name, term: leader.term, cluster_id: leader.cluster_id };
    if (last) this.#parts.emit('leader-elected', name, `${name} leads in term ${leader.term}`);
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      this.hear(await askAll(this.#parts.members(), answer_limit_ms));
      await this.#parts.clock.sleep(poll_ms);
    }
  }
}
