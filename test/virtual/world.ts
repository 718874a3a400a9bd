import type { Drill } from '../../core/drill.ts';
import type { DeclaredKafka } from '../../core/topology.ts';
import { threeBrokers } from '../../drills/msk.ts';
import { sqliteRuns } from '../../lab/runs.ts';
import { handlers } from '../../lambdas/handlers.ts';
import type { AlarmState, Notice, Tools } from '../../lambdas/tools.ts';
import type { Tasks } from '../../workflow/walk.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { type Resilience, SimulatedCluster } from './cluster.ts';
import { kafkaDrills, virtualEndurance, virtualFailover } from './drill.ts';
import { MemoryEvidence } from './evidence.ts';
import { type Course, SimulatedExperiments, usualCourse } from './experiments.ts';
import { type KafkaCourse, SimulatedKafka, usualKafka } from './kafka.ts';
import { goodManners, type Manners, SimulatedProbe } from './probe.ts';
import type { SimulatedStore } from './store.ts';

/** Everything that can go wrong, each answered per moment where it matters; `started_at` is the first experiment's start, null before. */
export interface Knobs {
  course: Partial<Course>;
  resilience: Partial<Resilience>;
  /** Kafka in the database's place: how the cluster differs from what the drills declare, and how it takes losses. */
  kafka: Partial<KafkaCourse & DeclaredKafka>;
  manners: (moment: Moment) => Partial<Manners>;
  alarm: (moment: Moment) => AlarmState;
  /** Why the calendar is closed, or null when open; a throw is an unreadable calendar. */
  calendar: (moment: Moment) => string | null;
  /** True while the topology cannot be read. */
  blind: (moment: Moment) => boolean;
  refuses: (key: string, tries: number) => boolean;
  /** True while late metric points may still come. */
  late: (moment: Moment) => boolean;
  drills: Drill[];
  beat_every_ms: number;
  /** Wraps the functions by resource, to throw or to answer too much. */
  wrap: (tasks: Tasks, world: VirtualWorld) => Tasks;
}

/** What a knob may ask about the present. */
export interface Moment {
  now(): number;
  began_at: number;
  started_at(): number | null;
}

/** A simulated place in which a drill runs: Tools, functions by resource, and what tests ask afterwards. */
export interface VirtualWorld {
  clock: VirtualClock;
  tools: Tools;
  tasks: Tasks;
  cluster: SimulatedStore;
  experiments: SimulatedExperiments;
  probe: SimulatedProbe;
  evidence: MemoryEvidence;
  notices: Notice[];
  /** Executions that are known to run; the rest are gone. */
  running: Set<string>;
}

export const startExperiment = 'arn:aws:states:::aws-sdk:fis:startExperiment';

/** Builds a world of its own: nothing is shared with any other. */
export function virtualWorld(knobs: Partial<Knobs> = {}): VirtualWorld {
  const clock = virtualClock();
  const cluster = storeOf(clock, knobs);
  const runs = sqliteRuns(':memory:');
  const experiments = new SimulatedExperiments(clock, cluster, runs, { ...usualCourse, ...knobs.course });
  const moment: Moment = { now: clock.now, began_at: clock.now(), started_at: () => experiments.all()[0]?.start_at ?? null };
  const probe = new SimulatedProbe(clock, cluster, { ...goodManners, ...knobs.manners?.(moment) }, knobs.beat_every_ms);
  const evidence = new MemoryEvidence(knobs.refuses);
  const notices: Notice[] = [];
  const running = new Set<string>();
  const tools: Tools = {
    source: 'virtual',
    clock,
    runs,
    probe,
    evidence,
    drills: knobs.drills ?? (knobs.kafka === undefined ? [virtualFailover, virtualEndurance] : kafkaDrills),
    faults: experiments,
    topology: topologyOf(cluster, () => knobs.blind?.(moment) === true),
    metrics: {
      alarms: async (names) =>
        names.map((name) => ({ name, state: name === 'write-errors' ? (knobs.alarm?.(moment) ?? 'OK') : 'INSUFFICIENT_DATA' })),
      series: async () => ({ series: [], complete: knobs.late?.(moment) !== true }),
    },
    calendar: {
      open: async () => {
        const why = knobs.calendar?.(moment) ?? null;
        return { open: why === null, why: why ?? 'no freeze' };
      },
    },
    notices: { publish: async (notice) => void notices.push(notice) },
    executionRunning: async (execution) => running.has(execution),
  };
  const world: VirtualWorld = { clock, tools, tasks: {}, cluster, experiments, probe, evidence, notices, running };
  const plain: Tasks = {
    ...handlers(tools),
    [startExperiment]: (input) => experiments.start(input as Parameters<SimulatedExperiments['start']>[0]),
  };
  world.tasks = knobs.wrap?.(plain, world) ?? plain;
  return world;
}

function storeOf(clock: VirtualClock, { kafka, resilience }: Partial<Knobs>): SimulatedStore {
  if (kafka === undefined) return new SimulatedCluster(clock, { recovery_ms: 600, rejoin_ms: 5_000, heals: true, ...resilience });
  return new SimulatedKafka(clock, { ...threeBrokers, ...kafka }, { ...usualKafka, ...kafka });
}

function topologyOf(cluster: SimulatedStore, blind: () => boolean): Tools['topology'] {
  return {
    store: (drill) => `virtual-${drill.store}`,
    observe: async () => {
      if (blind()) throw new Error('the control plane does not answer');
      return cluster.observe();
    },
    engine: async ({ store }) => ({ name: store === 'aurora' ? 'simulated PostgreSQL' : 'simulated Kafka', version: '1' }),
  };
}
