import type { Decision, Event, Source } from './record.ts';
import type { ObservedTopology } from './topology.ts';

export type Verdict = 'pass' | 'inconclusive' | 'fail';
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

/** One graded question: what was wanted, what was got, and why that verdict follows. */
export interface Check {
  name: string;
  verdict: Verdict;
  wanted: string;
  got: string;
  why: string;
}

/** Milliseconds from `lo_ms` to `hi_ms`; `hi_ms` null means it never ended. */
export interface Interval {
  lo_ms: number;
  hi_ms: number | null;
}

export interface Expected {
  lo_ms: number;
  hi_ms: number;
  reasons: string[];
}

/** Recovery of the worst class of lanes, beside what the topology predicts. */
export interface Recovery extends Interval {
  expected: { lo_ms: number; hi_ms: number };
  limit_ms: number;
  probe_period_ms: number;
  longest_stall_ms: number;
  classes: { name: string; lanes: number; lo_ms: number; hi_ms: number | null; expected: { lo_ms: number; hi_ms: number } }[];
  /** `to_ms` is null where a step was waited for and not seen before healing, or in a roll before the next step. */
  steps: { name: string; from_ms: number; to_ms: number | null }[];
  /** Negative drills: how long writes stopped. */
  stopped?: Interval;
  /** Rolling drills: the worst gap after each experiment, in their order. */
  rounds?: { victims: string[]; lo_ms: number; hi_ms: number | null }[];
  /** What the same fault would have cost another configuration by the same arithmetic; computed, never measured. */
  compared?: { name: string; expected: { lo_ms: number; hi_ms: number }; why: string }[];
  outages: { count: number; longest_ms: Interval; total_ms: Interval };
}

/** Elections between the fault and the healing. `least` is the fewest that the fault can be had with. */
export interface Elections {
  /** Raises of a partition's leader epoch; null where the probe saw no partition. */
  leaders: number | null;
  least: number;
  /** Changes of the leader of the controllers' quorum, and the fewest that the fault can be had with. */
  controllers: number;
  least_controllers: number;
}

export interface LedgerReport {
  acked: number;
  lost: number;
  lost_allowed: { count: number; why: string };
  duplicated: number;
  /** Of the duplicated ones, those written under different producer ids: the client's doing; only where there are any. */
  duplicated_across_producers?: number;
  reordered: number;
  indeterminate: { present: number; absent: number };
  failed: number;
  /**
   * Lost numbers by lane as inclusive ranges, bounded; the record holds them all. On Kafka lanes also the partition, and the
   * inclusive ranges of offsets at which those numbers were acknowledged, as far as the lane remembers them.
   */
  lost_list: { lane: string; ranges: [number, number][]; partition?: number; offsets?: [number, number][] }[];
  /** Upper bound at 95 % for the loss rate of this run's writes, 3/n; null when writes were lost. */
  loss_bound: number | null;
}

/** What a snapshot held and what restoring it cost; etcd only. */
export interface RestoreReport {
  snapshot: { sha256: string; bytes: number; keys: number; revision: number };
  /** What the throw-away restore said against it; null when it went well. */
  refused: string | null;
  /** From the last write acknowledged before the loss to the first after it; null where nothing was restored. */
  rto: Interval | null;
  /** Computed from the snapshot's size. */
  predicted: { lo_ms: number; hi_ms: number };
  /** The snapshot's age when the members were lost, and how many revisions went with it. */
  rpo: { limit_s: number; age_s: number | null; revisions: number | null };
  /** From the beginning of the restore until its members were verified. */
  verified_ms: number | null;
}

/** What the record means. The same drill and record always give the same bytes. */
export interface Report {
  version: 1;
  drill: string;
  title: string;
  promise: string;
  run: string;
  source: Source;
  engine: { name: string; version: string };
  /** Outcome first: a refused or aborted run has no letter. */
  outcome: 'completed' | 'refused' | 'aborted' | 'unhealed';
  verdict: Verdict;
  grade: Grade | null;
  /** One line: why this verdict. */
  why: string;
  /** Whether the run ended as the drill declares it must. */
  as_expected: boolean;
  must_end: string;
  checks: Check[];
  findings: string[];
  recovery: Recovery | null;
  ledger: LedgerReport | null;
  margin: { before: number | null; min: number | null };
  /** Kafka only. */
  elections?: Elections;
  /** Drills that restore a snapshot. */
  restore?: RestoreReport;
  topology: { observed: ObservedTopology | null; declared: string[]; differences: string[] };
  admission: Decision[];
  timeline: Event[];
  started_at: number;
  ended_at: number;
}
