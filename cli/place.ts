import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Report } from '../core/report.ts';
import type { ObservedTopology } from '../core/topology.ts';
import type { LabOrder, LabResult } from '../lab/run.ts';
import type { Cost } from '../lambdas/cost.ts';
import type { Runs } from '../lambdas/tools.ts';

export type { LabOrder as RunOrder, LabResult as RunResult };

/** Where a command works; `suite` names one of an AWS account and Region. */
export interface PlaceOptions {
  on?: 'lab' | 'aws';
  suite?: string;
}

/** What a drill would meet, seen without touching anything. */
export interface Prospect {
  /** null where it cannot be read; then `refusals` says why. */
  topology: ObservedTopology | null;
  /** Why it would be refused before any arithmetic: a calendar, an alarm, a lease. */
  refusals: string[];
  /** What it would touch, by name: pairs of a label and its text. */
  touches: [label: string, text: string][];
  /** Least time that the fault itself takes there in seconds, where that is longer than the drill says. */
  fault_s: number;
  /** What a run that goes on for so long costs at public prices; null where it costs nothing. */
  cost: ((load_s: number, steps: number) => Cost) | null;
}

/** The lab or AWS, as every command sees it. */
export interface Place {
  /** The drills that can be run there, as they mean there. */
  drills: Drill[];
  /** Names of the drills of a game day that names none. */
  day: string[];
  /** Asked when a person interrupts a run; null: it is stopped unasked. */
  question: string | null;
  /** Name of a drill's store: the lease's key. */
  store(drill: Drill): string;
  prospect(drill: Drill): Promise<Prospect>;
  run(drill: Drill, order: LabOrder): Promise<LabResult>;
  /** Hands the rows and leases to some work, and closes them after it. */
  withRuns<T>(work: (runs: Runs, clock: Clock) => Promise<T>): Promise<T>;
  /** Lifts a quarantine; `done` is false while the store is in use or not healed. */
  clear(store: string, say: (text: string) => void): Promise<{ done: boolean; why: string }>;
  /** The latest report of each drill. */
  lastReports(): Promise<Map<string, Report>>;
}

/** The place that the options name, loaded only now. */
export async function placeOf({ on = 'lab', suite = 'quorum-drills' }: PlaceOptions): Promise<Place> {
  if (on === 'lab') return (await import('./lab.ts')).lab;
  return (await import('./aws.ts')).aws(suite);
}
