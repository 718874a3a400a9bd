import type { Clock } from '../../../core/clock.ts';
import type { Event } from '../../../core/record.ts';
import { standing } from '../../experiments.ts';
import type { Experiment, RunRow, Runs } from '../../tools.ts';
import type { ControlPlane } from './control-plane.ts';
import { eventsOf, type Injection, instanceEvents, movesIn, takenFrom } from './failovers.ts';

/** Where the log is read from: before the view by which the step was admitted. */
const lead_ms = 15_000;

export interface FollowParts {
  plane: ControlPlane;
  cluster: string;
  clock: Clock;
  runs: Pick<Runs, 'read'>;
}

/**
 * An experiment with the instance that it hit. FIS resolves a failover's target to the cluster and cannot say which instance
 * was its writer; RDS's log tells it. Until it does, the target stays the cluster, which no admission ever named.
 */
export async function followed({ plane, cluster, clock, runs }: FollowParts, experiment: Experiment, token: string): Promise<Experiment> {
  if (standing(experiment.status) === 'live') return experiment;
  const row = await runs.read(token.slice(0, token.lastIndexOf('/')));
  const step = row?.steps.find((each) => each.token === token);
  const writer = step?.victims[0];
  if (step === undefined || writer === undefined) return experiment;
  const moves = movesIn(await plane.log('db-cluster', cluster, step.injecting_at - lead_ms, clock.now()));
  const victim = takenFrom(moves, { writer, injecting_at: step.injecting_at, start_at: experiment.start_at });
  if (victim === null) return experiment;
  return { ...experiment, actions: experiment.actions.map((action) => ({ ...action, targets: [victim] })) };
}

/** The failover's window and promotion from the cluster's log, and its instances' shutdowns and restarts from theirs. */
export async function failoverEvents({ plane, cluster, clock }: Omit<FollowParts, 'runs'>, row: RunRow): Promise<Event[]> {
  const [step] = row.steps;
  const writer = step?.victims[0];
  if (step === undefined || writer === undefined) return [];
  const [from, to] = [step.injecting_at - lead_ms, row.heal?.ended_at ?? clock.now()];
  const injection: Injection = { writer, injecting_at: step.injecting_at, start_at: null };
  const names = (row.topology?.members ?? []).map(({ name }) => name);
  const [own, ...ofMembers] = await Promise.all([
    plane.log('db-cluster', cluster, from, to),
    ...names.map((name) => plane.log('db-instance', name, from, to)),
  ]);
  return [...eventsOf(movesIn(own), injection), ...ofMembers.flatMap(instanceEvents)].sort((a, b) => a.at - b.at);
}
