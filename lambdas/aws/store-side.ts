import type { Drill } from '../../core/drill.ts';
import type { Event, Restore } from '../../core/record.ts';
import type { ObservedTopology } from '../../core/topology.ts';
import type { Credentials } from '../../probe/credentials.ts';
import type { Endpoints } from '../../probe/targets.ts';
import type { Experiment, RunRow } from '../tools.ts';
import type { MetricQuery } from './metric-queries.ts';

/** What one kind of store is on AWS: its control plane and its metrics. One for each target. */
export interface StoreControl {
  /** Live configuration and members; throws when they cannot be read. */
  observe(drill: Drill): Promise<ObservedTopology>;
  engine(): Promise<{ name: string; version: string }>;
  queries(drill: Drill): MetricQuery[] | Promise<MetricQuery[]>;
  /**
   * An experiment of this store as it really stands, where FIS alone cannot say so: whom its Automation hit, and whether what it
   * began still goes on. `token` is that of the step it belongs to. Left out: FIS says it all.
   */
  follow?(experiment: Experiment, token: string): Promise<Experiment>;
  /** What happened, from the service that knows it, oldest first. */
  events(row: RunRow): Promise<Event[]>;
  /** Undoes what can be undone; idempotent. What cannot be undone (a reboot, a failover) resolves at once. */
  undo(row: RunRow): Promise<void>;
  restore?(row: RunRow): Promise<Restore | null>;
}

/** The same with the way to its data, which only functions with a driver carry. */
export interface StoreSide extends StoreControl {
  /** Where the probe reaches it, and what it shows there. Only functions in the target's network can use them. */
  endpoints(drill: Drill): Promise<{ endpoints: Endpoints; credentials: Credentials }>;
}
