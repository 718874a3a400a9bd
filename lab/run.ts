import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drill } from '../core/drill.ts';
import type { Record } from '../core/record.ts';
import { parseRecord } from '../core/record-schema.ts';
import type { Report } from '../core/report.ts';
import { handlers } from '../lambdas/handlers.ts';
import { withHalt } from '../lambdas/row.ts';
import type { RunRow, Tools } from '../lambdas/tools.ts';
import { epochOffset, monotonicClock } from '../probe/clock.ts';
import { prepare } from '../probe/postgres.ts';
import { bindByName } from '../workflow/bind.ts';
import definition from '../workflow/drill.asl.json' with { type: 'json' };
import { type Ended, execute } from '../workflow/interpreter.ts';
import { finishCrashed, labRuns } from './crashed.ts';
import { executionHere } from './execution.ts';
import { LabFaults } from './faults.ts';
import { prepareHome } from './home.ts';
import { PostgresCluster } from './postgres/cluster.ts';
import { LabProbe } from './probe.ts';
import { Narrator, type Progress } from './progress.ts';
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

/** `record` and `report` are null when the drill was not even claimed; `why` says so. */
export interface LabResult {
  record: Record | null;
  report: Report | null;
  why: string;
}

/** Runs one drill: cleans up after killed programs, starts a cluster, walks the workflow over it, and removes the cluster on every path. */
export async function runInLab(drill: Drill, order: LabOrder): Promise<LabResult> {
  const offset_ms = epochOffset();
  const clock = monotonicClock(offset_ms);
  const say = (phase: string, text: string): void => order.progress({ at: clock.now(), phase, text });
  await prepareHome();
  const runs = await labRuns();
  const logs = join(order.folder, 'logs');
  await mkdir(logs, { recursive: true });
  let cluster: PostgresCluster | undefined;
  let probe: LabProbe | undefined;
  try {
    await finishCrashed(runs, clock, (text) => say('clean-up', text));
    if (order.interrupted.aborted) return interruptedEarly();
    const { rig } = drill;
    say('cluster', `starting ${rig?.members ?? drill.topology.members} PostgreSQL copies`);
    cluster = await PostgresCluster.start({
      run: order.run,
      clock,
      logs,
      members: rig?.members ?? drill.topology.members,
      mode: rig?.commit ?? 'quorum',
      link_delay_ms: rig?.link_delay_ms ?? 0,
      hold_promotion_ms: rig?.hold_promotion_ms ?? 0,
    });
    const up = cluster;
    say(
      'cluster',
      `PostgreSQL ${up.version}, ${up.copies.length} copies in ${new Set(up.copies.map(({ zone }) => zone)).size} zones, writer ${up.writer.name}`,
    );
    if (order.interrupted.aborted) return interruptedEarly();
    await prepare(up.writerUrl);
    probe = new LabProbe({
      endpoints: { writer: up.writerUrl, copies: up.copies.map(({ name }) => ({ name, url: up.directUrl(name) })) },
      epoch_offset_ms: offset_ms,
      logs,
      started: (who) => up.journal.started(who, 'witness'),
    });
    const faults = new LabFaults({
      cluster: up,
      drills: [drill],
      victims: async (run) => (await runs.read(run))?.steps.at(-1)?.victims ?? [],
    });
    const tools = labTools({ cluster: up, runs, faults, probe, evidence: join(order.folder, 'evidence'), notice: () => undefined });
    return await walk(drill, order, { tools, faults, probe, events: () => up.events });
  } finally {
    probe?.kill();
    await cluster?.stop();
    runs.close();
  }
}

interface Stage {
  tools: Tools;
  faults: LabFaults;
  probe: LabProbe;
  events(): RunRow['events'];
}

async function walk(drill: Drill, order: LabOrder, { tools, faults, probe, events }: Stage): Promise<LabResult> {
  const narrator = new Narrator(() => tools.runs.read(order.run), events, order.progress);
  const halt = (): void => {
    const why = `interrupted by ${String(order.interrupted.reason)}`;
    tools.runs.change(order.run, (row) => withHalt(row, { at: tools.clock.now(), by: 'person', why })).catch(() => undefined);
  };
  order.interrupted.addEventListener('abort', halt, { once: true });
  const startExperiment = (input: unknown): Promise<unknown> => {
    if (drill.rig?.stop_witnesses_s !== undefined) probe.blind(drill.rig.stop_witnesses_s);
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
      onState: (news) => narrator.hear(news),
    });
    await narrator.finished();
    return await resultOf(order.run, tools, ended);
  } finally {
    order.interrupted.removeEventListener('abort', halt);
  }
}

async function resultOf(run: string, tools: Tools, ended: Ended): Promise<LabResult> {
  const row = await tools.runs.read(run);
  const [record, report] = await Promise.all(
    [row?.keys.record, row?.keys.report].map((key) => (key ? tools.evidence.get(key) : undefined)),
  );
  const why = ended.cause ?? ended.error ?? ended.status;
  if (record === undefined || report === undefined) return { record: null, report: null, why };
  return { record: parseRecord(record), report: report as Report, why };
}

function interruptedEarly(): LabResult {
  return { record: null, report: null, why: 'interrupted before anything was injected' };
}
