import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Event, Restore } from '../core/record.ts';
import type { Experiment, Faults, RunRow } from '../lambdas/tools.ts';
import { startTimer } from '../workflow/timing.ts';
import type { LabCluster } from './cluster.ts';

export interface LabFaultsParts {
  cluster: LabCluster;
  clock: Clock;
  /** Drills whose faults can be injected; a template is a drill's name. */
  drills: Drill[];
  /** Whom the latest step of a run names: nobody is chosen anew at injection. */
  victims(run: string): Promise<string[]>;
}

interface Started {
  experiment: Experiment;
  token: string;
  stopped: AbortController;
  over: Promise<void>;
}

/** How long an experiment that was asked to stop is waited for; healing that gives up allows the whole undo a minute. */
const stop_limit_ms = 20_000;

/** FIS's part in the lab: experiments with its states and its idempotent start, and the way back from every fault. */
export class LabFaults implements Faults {
  readonly #parts: LabFaultsParts;
  readonly #started: Started[] = [];
  /** Starts take turns, so that two with one token cannot both be the first. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: LabFaultsParts) {
    this.#parts = parts;
  }

  template(drill: Drill): string {
    return drill.name;
  }

  /** StartExperiment: a token seen before answers with the experiment that it started, whatever became of it. */
  startExperiment(input: unknown): Promise<{ Experiment: { Id: string; State: { Status: string } } }> {
    const mine = this.#turn.then(() => this.#start(input));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Whether this client token started an experiment. */
  knows(token: string): boolean {
    return this.#started.some((one) => one.token === token);
  }

  async get(id: string): Promise<Experiment | undefined> {
    const found = this.#started.find(({ experiment }) => experiment.id === id);
    return found && structuredClone(found.experiment);
  }

  async find(template: string, run: string): Promise<Experiment[]> {
    const found = this.#started.filter(({ experiment }) => experiment.template === template && experiment.tags.run === run);
    return found.map(({ experiment }) => structuredClone(experiment));
  }

  async stop(id: string): Promise<void> {
    const found = this.#started.find(({ experiment }) => experiment.id === id);
    if (!found || found.experiment.end_at !== null) return;
    found.experiment.status = 'stopping';
    found.stopped.abort();
  }

  /** Restores in any case, and then throws when an experiment had not ended within the time given after its stop. */
  async undo(row: RunRow): Promise<void> {
    const mine = this.#started.filter(({ experiment }) => experiment.tags.run === row.run);
    if (mine.length === 0) return;
    for (const { experiment } of mine) await this.stop(experiment.id);
    await this.#within(stop_limit_ms, Promise.all(mine.map(({ over }) => over)));
    const { cluster } = this.#parts;
    const count = (what: Event['what']) => cluster.events.filter((event) => event.what === what).length;
    if (count('fault-ended') < count('fault-started')) cluster.emit('fault-ended', row.run, 'everything that was taken away is given back');
    await cluster.restore();
    const hanging = mine.filter(({ experiment }) => experiment.end_at === null).map(({ experiment }) => experiment.id);
    if (hanging.length > 0)
      throw new Error(
        `experiment ${hanging.join(', ')} has not ended ${stop_limit_ms / 1000} s after its stop; the cluster was restored all the same`,
      );
  }

  /** Resolves when the work is over or the time is. */
  async #within(limit_ms: number, work: Promise<unknown>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = startTimer(this.#parts.clock, limit_ms, late.resolve);
    await Promise.race([work, late.promise]);
    cancel();
  }

  async events(row: RunRow): Promise<Event[]> {
    return this.#parts.cluster.events.filter(({ at }) => at >= row.claimed_at).sort((a, b) => a.at - b.at);
  }

  /** A cluster of the lab lives as long as one run, so what it restored is the run's. */
  async restore(): Promise<Restore | null> {
    return this.#parts.cluster.restored?.() ?? null;
  }

  async #start(input: unknown) {
    const { token, template, tags } = parse(input);
    const known = this.#started.find((one) => one.token === token);
    if (known && known.experiment.template !== template) throw named('ConflictException', `token ${token} started another template`);
    const { experiment } = known ?? (await this.#begin(token, template, tags));
    return { Experiment: { Id: experiment.id, State: { Status: experiment.status } } };
  }

  async #begin(token: string, template: string, tags: { [key: string]: string }): Promise<Started> {
    const drill = this.#parts.drills.find(({ name }) => name === template);
    if (!drill) throw named('ResourceNotFoundException', `no experiment template ${template}`);
    const targets = await this.#parts.victims(tags.run ?? '');
    const id = `EXP${randomBytes(10).toString('hex')}`;
    await this.#parts.cluster.journal.experiment(id, `${template} on ${targets.join(', ')}`);
    const action = { name: drill.fault.kind, status: 'pending', start_at: null, end_at: null, targets };
    const experiment: Experiment = {
      id,
      template,
      tags,
      status: 'initiating',
      reason: '',
      start_at: null,
      end_at: null,
      actions: [action],
    };
    const stopped = new AbortController();
    const started: Started = { experiment, token, stopped, over: this.#carryOut(experiment, drill, targets, stopped.signal) };
    this.#started.push(started);
    return started;
  }

  /** Never rejects: what goes wrong is the experiment's status and reason. */
  async #carryOut(experiment: Experiment, drill: Drill, targets: string[], stopped: AbortSignal): Promise<void> {
    const { clock, cluster } = this.#parts;
    const [action] = experiment.actions;
    const at = clock.now();
    experiment.status = 'running';
    experiment.start_at = at;
    if (action) Object.assign(action, { status: 'running', start_at: at });
    let status = 'completed';
    try {
      await cluster.inflict(drill, targets, stopped);
    } catch (error) {
      status = 'failed';
      experiment.reason = error instanceof Error ? error.message : String(error);
    }
    if (stopped.aborted) {
      status = 'stopped';
      experiment.reason = 'stopped on request';
    }
    const end_at = clock.now();
    if (action) Object.assign(action, { status, end_at });
    Object.assign(experiment, { status, end_at });
  }
}

/** The three parameters of StartExperiment that the workflow sends. */
function parse(input: unknown): { token: string; template: string; tags: { [key: string]: string } } {
  const { ClientToken, ExperimentTemplateId, Tags } = (input ?? {}) as { [name: string]: unknown };
  if (typeof ClientToken !== 'string' || typeof ExperimentTemplateId !== 'string')
    throw named('ValidationException', 'ClientToken and ExperimentTemplateId must be strings');
  return { token: ClientToken, template: ExperimentTemplateId, tags: (Tags ?? {}) as { [key: string]: string } };
}

/** Errors carry the service's own names, since a retry in the workflow goes by name. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
