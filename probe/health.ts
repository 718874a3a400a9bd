import type { Attempt, Beat } from './contract.ts';

const slot_ms = 100;
const slots = 20;

/** What a beat tells of one service lane, kept as attempts complete. Unsent attempts say nothing about the service. */
export class LaneHealth {
  #acked = 0;
  #slots = new Map<number, number>();
  #last_ok_at: number | null = null;
  #healthy_since: number | null = null;
  #last_not_ok_at: number | null = null;
  #not_ok = 0;
  #server: string | null = null;

  note(attempt: Attempt): void {
    if (attempt.outcome === 'unsent') return;
    if (attempt.outcome !== 'ok') {
      this.#not_ok += 1;
      this.#last_not_ok_at = attempt.done_at;
      this.#healthy_since = null;
      return;
    }
    this.#acked += 1;
    this.#last_ok_at = attempt.done_at;
    this.#healthy_since ??= attempt.done_at;
    this.#server = attempt.server ?? this.#server;
    const slot = Math.floor(attempt.done_at / slot_ms);
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1);
    this.#forget(slot);
  }

  view(lane: string, now: number): Beat['service'][number] {
    const newest = Math.floor(now / slot_ms);
    this.#forget(newest);
    // The newest slot has only begun.
    const covered_ms = now - (newest - slots + 1) * slot_ms;
    const recent = [...this.#slots.values()].reduce((sum, count) => sum + count, 0);
    return {
      lane,
      acked: this.#acked,
      acked_hz: Math.round((recent * 10_000) / covered_ms) / 10,
      last_ok_at: this.#last_ok_at,
      healthy_since: this.#healthy_since,
      last_not_ok_at: this.#last_not_ok_at,
      not_ok: this.#not_ok,
      server: this.#server,
    };
  }

  #forget(newest: number): void {
    for (const slot of this.#slots.keys()) if (slot <= newest - slots) this.#slots.delete(slot);
  }
}
