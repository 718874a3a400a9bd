import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Event, EventName, Restore } from '../core/record.ts';
import type { ObservedTopology } from '../core/topology.ts';
import type { Endpoints } from '../probe/targets.ts';
import type { Journal } from './journal.ts';

/** How one run starts its cluster. */
export interface ClusterOrder {
  run: string;
  /** Folder of the servers' logs; it stays. */
  logs: string;
  clock: Clock;
  /** Told what happens while the cluster comes up. */
  say(text: string): void;
}

/** A running cluster of any store, as the lab's Tools see it. */
export interface LabCluster {
  readonly engine: { name: string; version: string };
  /** Where the probe writes: what it needs is there. */
  readonly endpoints: Endpoints;
  readonly journal: Journal;
  /** What happened so far, oldest first. */
  readonly events: Event[];
  emit(what: EventName, who: string, text: string): void;
  /** The topology as the servers themselves tell it; throws when they cannot. */
  observe(): Promise<ObservedTopology>;
  /** Inflicts a drill's fault on exactly these victims and resolves when its own course is over; what lasts is undone by `restore`. */
  inflict(drill: Drill, victims: string[], stopped: AbortSignal): Promise<void>;
  /** What came of restoring a snapshot; null before one was tried. Stores without snapshots leave it out. */
  restored?(): Restore | null;
  /** Undoes every fault; idempotent, and resolves in steady state. */
  restore(): Promise<void>;
  /** Ends every process and removes the data; the logs stay. */
  stop(): Promise<void>;
}
