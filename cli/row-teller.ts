import type { EventName } from '../core/record.ts';
import { Narrator, type Progress } from '../lab/progress.ts';
import type { RunRow } from '../lambdas/tools.ts';

/** The state of the workflow that a row in its phase has come to, where that is worth a line. */
const states: { [phase in RunRow['phase']]: string | null } = {
  claimed: 'Preflight',
  admitted: 'Baseline',
  watching: 'Baseline',
  injecting: 'Start',
  // Seen now and then, a row may have left `injecting` already.
  injected: 'Start',
  healing: null,
  healed: 'Readback',
  closed: null,
};

/** What the lines of the phases do not say themselves. */
const told: ReadonlySet<EventName> = new Set([
  'refused',
  'halted',
  'healing',
  'healed',
  'unhealed',
  'witness-silent',
  'guard-fired',
  'experiment-status',
]);

/** Tells a run by its row alone, looked at now and then: what changed since the last look, in the lab's words. */
export class RowTeller {
  readonly #narrator: Narrator;
  #row: RunRow | undefined;
  #state: string | null = null;

  constructor(tell: (progress: Progress) => void) {
    this.#narrator = new Narrator(
      async () => this.#row,
      () => (this.#row?.events ?? []).filter(({ what }) => told.has(what)),
      tell,
    );
  }

  /** Resolves when what is new in this row was told. */
  async look(row: RunRow, at: number): Promise<void> {
    const before = this.#row;
    this.#row = row;
    const state = states[row.phase];
    // A rolling drill breaks one after another.
    const stepped = state === 'Start' && row.steps.length !== before?.steps.length;
    if (state !== null && (state !== this.#state || stepped)) this.#enter(state, at);
    this.#state = state ?? this.#state;
    if (row.beats.even !== null || row.beats.odd !== null) this.#narrator.hear({ state: 'Watch', kind: 'exited', at, branch: 'main' });
    if (row.keys.record !== null && before?.keys.record === null) this.#enter('Grade', at);
    await this.#narrator.finished();
  }

  #enter(state: string, at: number): void {
    this.#narrator.hear({ state, kind: 'entered', at, branch: 'main' });
  }
}
