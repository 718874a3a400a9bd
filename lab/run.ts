import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Record } from '../core/record.ts';
import type { Report } from '../core/report.ts';
import { haltOn } from '../lambdas/halt.ts';
import { refuseIfHalted } from '../lambdas/halted-start.ts';
import { handlers } from '../lambdas/handlers.ts';
import { keptBecause } from '../lambdas/new-run.ts';
import { storedDocuments } from '../lambdas/stored-documents.ts';
import type { RunRow, Tools } from '../lambdas/tools.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import { bindByName } from '../workflow/bind.ts';
import definition from '../workflow/drill.asl.json' with { type: 'json' };
import { type Ended, execute } from '../workflow/interpreter.ts';
import type { LabCluster } from './cluster.ts';
import { finishCrashed, labRuns } from './crashed.ts';
import { executionHere } from './execution.ts';
import { LabFaults } from './faults.ts';
import { prepareHome } from './home.ts';
import { LabProbe } from './probe.ts';
import { Narrator, type Progress } from './progress.ts';
import { labStore, startCluster } from './stores.ts';
import { labTools } from './tools.ts';

export type { Progress } from './progress.ts';

export interface LabOrder {
  run: string;
  /** Absolute folder of the run's files; evidence and logs go below it. */
  folder: string;
  /** Aborting it halts the drill, which then heals and is graded as aborted. */
  interrupted: AbortSignal;
  progress(progress: Progress): void;
}

/** `report` is null when the drill was not even claimed, `record` also when none could be stored; `why` says so. */
export interface LabResult {
  record: Record | null;
  report: Report | null;
  why: string;
  /** The error that the workflow ended with, such as `DrillFailed`; null when it succeeded. */
  error: string | null;
}

/** Runs one drill: cleans up after killed programs, starts a cluster, walks the workflow over it, and removes the cluster on every path. */
export async function runInLab(drill: Drill, order: LabOrder): Promise<LabResult> {
  const offset_ms = epochOffset();
  const clock = monotonicClock(offset_ms);
  await prepareHome();
  await mkdir(logsOf(order), { recursive: true });
  const runs = await labRuns();
  let cluster: LabCluster | undefined;
  let probe: LabProbe | undefined;
  try {
    await finishCrashed(runs, clock, (text) => order.progress({ at: clock.now(), phase: 'clean-up', text }));
    if (order.interrupted.aborted) return interruptedEarly();
    // Claim decides; looked at before, a second cluster never disturbs the run that holds the lab.
    const lease = await runs.lease(labStore(drill));
    const kept = lease && keptBecause(lease);
    if (kept) return notRun(kept);
    cluster = await clusterUp(drill, order, clock);
    if (order.interrupted.aborted) return interruptedEarly();
    const up = cluster;
    probe = new LabProbe({
      endpoints: up.endpoints,
      epoch_offset_ms: offset_ms,
      logs: logsOf(order),
      started: (who) => up.journal.started(who, 'witness'),
    });
    const faults = new LabFaults({
      cluster: up,
      clock,
      drills: [drill],
      victims: async (run) => (await runs.read(run))?.steps.at(-1)?.victims ?? [],
    });
    const tools = labTools({ drill, cluster: up, clock, runs, faults, probe, evidence: join(order.folder, 'evidence') });
    return await walk(drill, order, { tools, faults, probe, events: () => up.events });
  } finally {
    probe?.kill();
    // What was measured stands, whatever is left over: the exit handler reaps processes, the next start the rest.
    await cluster
      ?.stop()
      .catch((error: unknown) => order.progress({ at: clock.now(), phase: 'clean-up', text: `not all removed: ${error}` }));
    runs.close();
  }
}

function logsOf(order: LabOrder): string {
  return join(order.folder, 'logs');
}

function clusterUp(drill: Drill, order: LabOrder, clock: Clock): Promise<LabCluster> {
  const say = (text: string): void => order.progress({ at: clock.now(), phase: 'cluster', text });
  return startCluster(drill, { run: order.run, logs: logsOf(order), clock, say });
}

interface Stage {
  tools: Tools;
  faults: LabFaults;
  probe: LabProbe;
  events(): RunRow['events'];
}

async function walk(drill: Drill, order: LabOrder, { tools, faults, probe, events }: Stage): Promise<LabResult> {
  const narrator = new Narrator(() => tools.runs.read(order.run), events, order.progress);
  const halting = haltOn(order.interrupted, tools, order.run);
  const startExperiment = async (input: unknown): Promise<unknown> => {
    await refuseIfHalted(tools.runs, input, (token) => faults.knows(token));
    const blind_s = drill.store === 'aurora' ? drill.rig?.stop_witnesses_s : undefined;
    if (blind_s !== undefined) probe.blind(blind_s);
    return faults.startExperiment(input);
  };
  try {
    const ended = await execute({
      machine: bindByName(definition),
      tasks: { ...handlers(tools), 'arn:aws:states:::aws-sdk:fis:startExperiment': startExperiment },
      name: order.run,
      id: await executionHere(order.folder),
      input: { drill: drill.name },
      clock: tools.clock,
      onState: (news) => {
        void halting.again();
        narrator.hear(news);
      },
    });
    await narrator.finished();
    return await resultOf(order.run, tools, ended);
  } finally {
    halting.off();
  }
}

async function resultOf(run: string, tools: Tools, ended: Ended): Promise<LabResult> {
  const documents = await storedDocuments(await tools.runs.read(run), tools);
  const why = ended.cause ?? ended.error ?? ended.status;
  const error = ended.status === 'SUCCEEDED' ? null : (ended.error ?? ended.status);
  return { ...documents, why, error };
}

function interruptedEarly(): LabResult {
  return notRun('interrupted before anything was injected', 'DrillAborted');
}

function notRun(why: string, error = 'DrillRefused'): LabResult {
  return { record: null, report: null, why, error };
}
