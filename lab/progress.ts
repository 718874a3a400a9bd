import type { Event } from '../core/record.ts';
import type { RunRow } from '../lambdas/tools.ts';
import type { StateNews } from '../workflow/walk.ts';

/** One line of live progress; `phase` groups lines. */
export interface Progress {
  at: number;
  phase: string;
  text: string;
}

/** Turns what the workflow does into lines: phases as they begin, admission with its arithmetic, the system's own events. */
export class Narrator {
  readonly #read: () => Promise<RunRow | undefined>;
  readonly #events: () => Event[];
  readonly #tell: (progress: Progress) => void;
  #told = 0;
  #decisions = 0;
  #stage = 'steady state';
  #serving: boolean | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(read: () => Promise<RunRow | undefined>, events: () => Event[], tell: (progress: Progress) => void) {
    this.#read = read;
    this.#events = events;
    this.#tell = tell;
  }

  /** Takes news as it comes; lines keep its order. */
  hear(news: StateNews): void {
    this.#queue = this.#queue.then(() => this.#follow(news)).catch(() => undefined);
  }

  /** Resolves when everything heard was told. */
  async finished(): Promise<void> {
    await this.#queue;
    this.#tellEvents();
  }

  async #follow(news: StateNews): Promise<void> {
    const row = await this.#read();
    this.#tellEvents();
    if (row) this.#tellDecisions(row);
    const line = row && phaseOf(news, row);
    if (line) {
      this.#stage = line.phase;
      this.#tell({ at: news.at, ...line });
    }
    if (row && news.state === 'Watch' && news.kind === 'exited') this.#tellService(row, news.at);
  }

  #tellDecisions(row: RunRow): void {
    const fresh = row.admission.slice(this.#decisions);
    this.#decisions = row.admission.length;
    const again = fresh.some(({ stage }) => stage === 'readmission');
    const refused = fresh.filter(({ admit }) => !admit);
    // The second look repeats the first's arithmetic, so only its last line is told, unless something changed.
    const told = !again ? fresh : refused.length > 0 ? refused : fresh.slice(-1);
    for (const { at, inequality } of told) this.#tell({ at, phase: again ? 're-admission' : 'admission', text: inequality });
  }

  #tellEvents(): void {
    const events = this.#events();
    for (const event of events.slice(this.#told)) this.#tell({ at: event.at, phase: this.#stage, text: event.text });
    this.#told = events.length;
  }

  #tellService(row: RunRow, at: number): void {
    const lanes = [row.beats.even, row.beats.odd].flatMap((beat) => beat?.service ?? []);
    const serving = lanes.length > 0 && lanes.every((lane) => lane.healthy_since !== null);
    if (serving === this.#serving) return;
    this.#serving = serving;
    const acked = lanes.reduce((sum, lane) => sum + lane.acked, 0);
    this.#tell({
      at,
      phase: 'recovery',
      text: serving
        ? `writes are acknowledged (${acked} so far, by ${[...new Set(lanes.map((lane) => lane.server))].join(', ')})`
        : `writes are not acknowledged (${acked} so far)`,
    });
  }
}

function phaseOf(news: StateNews, row: RunRow): Omit<Progress, 'at'> | null {
  switch (`${news.state} ${news.kind}`) {
    case 'Preflight entered':
      return { phase: 'steady state', text: `reading the topology of ${row.store}` };
    case 'Baseline entered':
      return { phase: 'load', text: 'two witnesses write, clean load before the fault' };
    case 'Start entered':
      return { phase: 'fault', text: `breaking ${row.steps.at(-1)?.victims.join(', ') ?? 'nothing'}` };
    case 'Halt entered':
      return { phase: 'recovery', text: `watching ends: ${row.halt?.why ?? 'not injected'}` };
    case 'Heal entered':
      return row.phase === 'healing' ? null : { phase: 'healing', text: 'undoing the fault until the steady state is there again' };
    case 'Readback entered':
      return { phase: 'verification', text: 'reading back every acknowledged write' };
    case 'Grade entered':
      return { phase: 'grade', text: 'grading the record' };
    default:
      return null;
  }
}
