import type { Clock } from '../../core/clock.ts';
import type { Experiment, Faults, Runs } from '../../lambdas/tools.ts';
import type { SimulatedStore } from './store.ts';

/** How a simulated experiment behaves. */
export interface Course {
  /** answer-lost: the experiment exists, but the call throws; never: the call throws and there is none; replayed: the call answers with an older experiment's id. */
  start: 'works' | 'answer-lost' | 'never' | 'replayed';
  /** To which start of a run `start` applies, from 1; the others work. */
  at_start: number;
  /** Time that the start's call takes. */
  start_ms: number;
  /** Status in which it ends by itself; null runs until it is stopped. */
  ends_as: string | null;
  ends_after_ms: number;
  /** Whether it resolves any target. */
  targets: boolean;
  /** How long after its start an experiment is not found by its tag yet. */
  hidden_ms: number;
  /** Whether a stop takes effect. */
  stops: boolean;
}

export const usualCourse: Course = {
  start: 'works',
  at_start: 1,
  start_ms: 50,
  ends_as: 'completed',
  ends_after_ms: 1_000,
  targets: true,
  hidden_ms: 0,
  stops: true,
};

interface Running {
  experiment: Experiment;
  token: string;
  stop_at: number | null;
  undone: boolean;
}

export const template = 'virtual:writer-kill';

const stopping_ms = 400;

/** FIS's nouns over a simulated cluster: idempotent by client token, and the victim comes from the run's row. */
export class SimulatedExperiments implements Faults {
  readonly #clock: Clock;
  readonly #cluster: SimulatedStore;
  readonly #runs: Runs;
  readonly #course: Course;
  readonly #all: Running[] = [];
  readonly #tokens = new Set<string>();
  undone = 0;

  constructor(clock: Clock, cluster: SimulatedStore, runs: Runs, course: Course) {
    this.#clock = clock;
    this.#cluster = cluster;
    this.#runs = runs;
    this.#course = course;
  }

  /** The SDK call as the workflow makes it. */
  async start(input: {
    ClientToken: string;
    ExperimentTemplateId: string;
    Tags: { run: string };
  }): Promise<{ Experiment: { Id: string } }> {
    const known = this.#all.find((each) => each.token === input.ClientToken);
    if (known !== undefined) return { Experiment: { Id: known.experiment.id } };
    const how = this.#how(input.ClientToken);
    const [older] = this.#all;
    if (how === 'replayed' && older !== undefined) return { Experiment: { Id: older.experiment.id } };
    if (how === 'never') throw namedError('FisUnreachable', 'the request never arrived');
    const row = await this.#runs.read(input.Tags.run);
    const step = row?.steps.find((each) => each.token === input.ClientToken);
    if (row?.phase !== 'injecting' || step === undefined) throw namedError('FisConflict', 'the row announces no such step');
    const targets = this.#course.targets ? step.victims : [];
    const now = this.#clock.now();
    const experiment: Experiment = {
      id: `EXP-${this.#all.length + 1}-${input.Tags.run}`,
      template: input.ExperimentTemplateId,
      tags: { run: input.Tags.run },
      status: 'running',
      reason: '',
      start_at: now,
      end_at: null,
      actions: [{ name: 'kill', status: 'running', start_at: now, end_at: null, targets }],
    };
    this.#all.push({ experiment, token: input.ClientToken, stop_at: null, undone: false });
    this.#cluster.lose(targets);
    await this.#clock.sleep(this.#course.start_ms);
    if (how === 'answer-lost') throw namedError('FisConnectionLost', 'the answer never arrived');
    return { Experiment: { Id: experiment.id } };
  }

  /** How the start with this token goes. */
  #how(token: string): Course['start'] {
    this.#tokens.add(token);
    return [...this.#tokens].indexOf(token) + 1 === this.#course.at_start ? this.#course.start : 'works';
  }

  template(): string {
    return template;
  }

  async get(id: string): Promise<Experiment | undefined> {
    return this.all().find((each) => each.id === id);
  }

  async find(wanted: string, run: string): Promise<Experiment[]> {
    const visible = (each: Experiment) => this.#clock.now() >= (each.start_at ?? 0) + this.#course.hidden_ms;
    return this.all().filter((each) => each.template === wanted && each.tags.run === run && visible(each));
  }

  async stop(id: string): Promise<void> {
    const found = this.#all.find((each) => each.experiment.id === id);
    if (found !== undefined && this.#course.stops) found.stop_at ??= this.#clock.now();
  }

  async undo(): Promise<void> {
    this.undone += 1;
    this.#cluster.restore();
  }

  async events(): ReturnType<Faults['events']> {
    return this.#cluster.events.filter((event) => event.at <= this.#clock.now()).sort((a, b) => a.at - b.at);
  }

  /** Every experiment ever started, as it is now. */
  all(): Experiment[] {
    return this.#all.map((each) => this.#now(each));
  }

  #now({ experiment, stop_at }: Running): Experiment {
    const now = this.#clock.now();
    const { ends_as, ends_after_ms } = this.#course;
    const natural = ends_as === null ? Number.POSITIVE_INFINITY : (experiment.start_at ?? now) + ends_after_ms;
    const stopped = stop_at === null ? Number.POSITIVE_INFINITY : stop_at + stopping_ms;
    const end_at = Math.min(natural, stopped);
    if (now < end_at) return { ...experiment, status: stop_at === null ? 'running' : 'stopping' };
    const status = natural <= stopped ? (ends_as ?? 'completed') : 'stopped';
    return {
      ...experiment,
      status,
      reason: `ended as ${status}`,
      end_at,
      actions: experiment.actions.map((action) => ({ ...action, status, end_at })),
    };
  }
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
