import type { Socket } from 'node:net';

/** Beyond this many bytes on the way the sender is held back, as a full pipe would. */
const pipe_bytes = 8_000_000;

interface Held {
  due: number;
  chunk: Buffer | null;
}

/** One direction of a proxied connection: hands on bytes and the end in order, after a delay, or loses them. */
export class Flow {
  delay_ms: number;
  passed_bytes = 0;
  #source: Socket;
  #sink: Socket;
  #held: Held[] = [];
  #held_bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #lost = false;

  constructor(source: Socket, sink: Socket, delay_ms: number) {
    this.#source = source;
    this.#sink = sink;
    this.delay_ms = delay_ms;
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    source.on('end', () => this.#take(null));
    sink.on('drain', () => this.#pace());
  }

  /** Loses what is on the way and all that comes; the sender notices nothing. */
  lose(): void {
    this.#lost = true;
    this.#held = [];
    this.#held_bytes = 0;
    clearTimeout(this.#timer);
    this.#source.resume();
  }

  #take(chunk: Buffer | null): void {
    if (this.#lost) return;
    if (this.delay_ms === 0 && this.#held.length === 0) {
      this.#pass(chunk);
    } else {
      this.#held.push({ due: performance.now() + this.delay_ms, chunk });
      this.#held_bytes += chunk?.length ?? 0;
      if (this.#held.length === 1) this.#wait();
    }
    this.#pace();
  }

  #pass(chunk: Buffer | null): void {
    if (!this.#sink.writable) return;
    if (chunk === null) {
      this.#sink.end();
      return;
    }
    this.passed_bytes += chunk.length;
    this.#sink.write(chunk);
  }

  #pace(): void {
    const full = this.#sink.writableNeedDrain || this.#held_bytes > pipe_bytes;
    if (full && !this.#lost) this.#source.pause();
    else this.#source.resume();
  }

  #wait(): void {
    const next = this.#held[0];
    if (next) this.#timer = setTimeout(() => this.#release(), Math.max(0, next.due - performance.now()));
  }

  #release(): void {
    const now = performance.now();
    const due = this.#held.findIndex((held) => held.due > now);
    for (const { chunk } of this.#held.splice(0, due < 0 ? this.#held.length : due)) {
      this.#held_bytes -= chunk?.length ?? 0;
      this.#pass(chunk);
    }
    this.#pace();
    this.#wait();
  }
}
