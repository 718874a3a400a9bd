import type { Drill } from '../../core/drill.ts';
import type { Event, Lane, PartitionSight } from '../../core/record.ts';
import type { ObservedTopology, PartitionState } from '../../core/topology.ts';

/** What a write gets that is sent at some time: the server that acknowledges it, or a refusal. */
export type Answer = { server: string } | { code: string; outcome: 'failed' | 'indeterminate'; after_ms: number };

/** A time in which a target took no writes; `to` is infinite while nobody knows its end. */
export interface Down {
  from: number;
  to: number;
}

/** Where lanes write or read, with the load of both witnesses together. */
export interface SimulatedTarget {
  name: string;
  kind: Lane['kind'];
  rate_hz: number;
  partition?: number;
  answer(at: number): Answer;
  /** So far, oldest first. */
  outages(): Down[];
}

/** A simulated cluster of any store, as a history that can be asked about any time up to now. */
export interface SimulatedStore {
  readonly events: Event[];
  /** Loses the members now. */
  lose(members: string[]): void;
  /** Brings back every lost member, where healing works at all. */
  restore(): void;
  /** Members that are lost now. */
  lost(): string[];
  observe(): ObservedTopology;
  targets(drill: Drill): SimulatedTarget[];
  /** What a witness's own metadata shows of the partitions at some time; stores without leaders leave both out. */
  partitions?(at: number): PartitionState[];
  sights?(from: number, to: number): PartitionSight[];
}
