import { stepsOf } from '../core/admission.ts';
import type { Event } from '../core/record.ts';
import { byName, several } from '../core/words.ts';
import { drills } from '../drills/index.ts';
import type { RunRow } from '../lambdas/tools.ts';
import type { Beat } from '../probe/contract.ts';
import { isOfPartition } from '../report/decided.ts';
import type { StateNews } from '../workflow/walk.ts';

/** One line of live progress; `phase` groups lines. */
export interface Progress {
  at: number;
  phase: string;
  text: string;
}

/** Partitions whose arithmetic is told, of those sorted worst first. */
const worst_told = 2;

/** Partitions that one line names. */
const most_named = 8;

/** Turns what the workflow does into lines: phases as they begin, admission with its arithmetic, the system's own events. */
export class Narrator {
  readonly #read: () => Promise<RunRow | undefined>;
  readonly #events: () => Event[];
  readonly #tell: (progress: Progress) => void;
  #told = 0;
  #decisions = 0;
  #stage = 'steady state';
  /** What was last said about the service, so that it is said again only when it changes. */
  #serving = '';
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
    const worst = fresh.find(isOfPartition) ?? fresh.at(-1);
    // The second look repeats the first's arithmetic, so only its decisive line is told, unless something changed.
    const told = !again ? fresh : refused.length > 0 ? refused : fresh.filter((each) => each === worst);
    const phase = again ? 're-admission' : 'admission';
    const partitions = told.filter(isOfPartition);
    const left_out = new Set(partitions.slice(worst_told));
    for (const decision of told.filter((each) => !left_out.has(each))) this.#tell({ at: decision.at, phase, text: decision.inequality });
    const last = partitions.at(-1);
    if (last && left_out.size > 0) this.#tell({ at: last.at, phase, text: `and ${several(left_out.size, 'partition')} more, none worse` });
  }

  #tellEvents(): void {
    const events = this.#events();
    for (const event of events.slice(this.#told)) this.#tell({ at: event.at, phase: this.#stage, text: event.text });
    this.#told = events.length;
  }

  #tellService(row: RunRow, at: number): void {
    const lanes = [row.beats.even, row.beats.odd].flatMap((beat) => beat?.service ?? []);
    const { state, by } = row.topology?.store === 'msk' ? ofPartitions(lanes) : ofEndpoint(lanes);
    if (state === this.#serving) return;
    this.#serving = state;
    const acked = lanes.reduce((sum, lane) => sum + lane.acked, 0);
    this.#tell({ at, phase: 'recovery', text: `${state} (${acked} so far${by})` });
  }
}

type Lanes = Beat['service'];

function ofEndpoint(lanes: Lanes): { state: string; by: string } {
  const serving = lanes.length > 0 && lanes.every((lane) => lane.healthy_since !== null);
  if (!serving) return { state: 'writes are not acknowledged', by: '' };
  return { state: 'writes are acknowledged', by: `, by ${[...new Set(lanes.map((lane) => lane.server))].join(', ')}` };
}

/** Many lanes, each on a partition of its own: those that stand still are named, as far as a line takes them. */
function ofPartitions(lanes: Lanes): { state: string; by: string } {
  const targets = new Set(lanes.map(targetOf));
  const down = [...new Set(lanes.filter((lane) => lane.healthy_since === null).map(targetOf))].sort(byName);
  if (targets.size > 0 && down.length === 0)
    return { state: `writes are acknowledged on ${targets.size === 1 ? 'the one partition' : `all ${targets.size} partitions`}`, by: '' };
  const named = `${down.slice(0, most_named).join(', ')}${down.length > most_named ? ' and more' : ''}`;
  return { state: `writes are not acknowledged on ${down.length} of ${several(targets.size, 'partition')}: ${named}`, by: '' };
}

function targetOf({ lane }: Lanes[number]): string {
  return lane.split('#')[0] ?? lane;
}

/** `step 2 of 5: ` in a drill that rolls; nothing where there is one step alone. */
function stepWords(row: RunRow): string {
  const drill = drills.find(({ name }) => name === row.drill);
  const steps = drill === undefined || row.topology === null ? 1 : stepsOf(drill, row.topology);
  return steps > 1 ? `step ${row.steps.length} of ${steps}: ` : '';
}

function phaseOf(news: StateNews, row: RunRow): Omit<Progress, 'at'> | null {
  switch (`${news.state} ${news.kind}`) {
    case 'Preflight entered':
      return { phase: 'steady state', text: `reading the topology of ${row.store}` };
    case 'Baseline entered':
      return { phase: 'load', text: 'two witnesses write, clean load before the fault' };
    case 'Start entered':
      return { phase: 'fault', text: `${stepWords(row)}breaking ${row.steps.at(-1)?.victims.join(', ') ?? 'nothing'}` };
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
