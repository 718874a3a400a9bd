import type { ObservedTopology, PartitionState } from './topology.ts';

/** Every time is epoch milliseconds (fractions allowed), every span milliseconds, unless its name says otherwise. */
export type Source = 'aws' | 'emulator' | 'lab' | 'virtual';

/** One admission decision with the inequality that it computed. */
export interface Decision {
  at: number;
  stage: 'plan' | 'preflight' | 'readmission';
  admit: boolean;
  /** Printed arithmetic, such as `6 copies, write quorum 4, healthy 6: after losing 1, 5 >= 4: admit (margin 1)`. */
  inequality: string;
  /** Failures still tolerated after the fault; negative when below quorum. */
  margin: number;
  victims: string[];
  /** Which step of a rolling drill it is for; absent means the only one, 0. */
  step?: number;
}

/**
 * fault-started: the injection begins; fault-confirmed: the whole fault is in force; fault-ended: what was lost begins to come
 * back (before any copy can confirm a write); member-back: a copy streams again.
 */
export type EventName =
  | 'claimed'
  | 'admitted'
  | 'refused'
  | 'load-started'
  | 'injecting'
  | 'fault-started'
  | 'fault-confirmed'
  | 'fault-ended'
  | 'member-stopping'
  | 'member-lost'
  | 'member-back'
  | 'controller-elected'
  | 'leader-elected'
  | 'writer-suspected'
  | 'writer-detached'
  | 'writer-promoted'
  | 'endpoint-moved'
  | 'writer-rejoined'
  | 'healing'
  | 'healed'
  | 'unhealed'
  | 'halted'
  | 'witness-silent'
  | 'guard-fired'
  | 'experiment-status';

/** Something that happened to the system or the drill; `who` is a member, witness or experiment. */
export interface Event {
  at: number;
  what: EventName;
  who?: string;
  text: string;
}

/** Evenly binned numbers; null is missing, which is never zero. */
export interface Series {
  name: string;
  unit: string;
  start_at: number;
  bin_ms: number;
  points: (number | null)[];
}

/** `[earliest, latest]` instants between which the change happened. */
export type Span = [number, number];

/** One outage of a lane; `end` is null when no write was acknowledged after it. */
export interface Outage {
  start: Span;
  end: Span | null;
  attempts: number;
}

/** What one server acknowledged on a lane; `server` names the writer and its term, such as `pg-1@1`. */
export interface ServerAcks {
  server: string;
  acked: number;
  first_send_at: number;
  first_done_at: number;
  last_send_at: number;
  last_done_at: number;
}

/** A time in which the probe itself did not run, seen from its own clock. */
export interface Stall {
  from: number;
  to: number;
}

/** What one lane of the witness did; numbers 0..n-1, each tried once. */
export interface Lane {
  /** `<target>#<segment>`, unique in the run. */
  lane: string;
  target: string;
  /** service: through the endpoint clients use; pinned: on one copy; read: reads through the endpoint; serializable: etcd's reads that one member answers alone. */
  kind: 'service' | 'pinned' | 'read' | 'serializable';
  segment: number;
  /** The Kafka partition that the lane writes to. */
  partition?: number;
  period_ms: number;
  first_send_at: number;
  last_done_at: number;
  attempts: { ok: number; failed: number; indeterminate: number; unsent: number };
  /** Run lengths by number: `a1200 f30 i2 a400`, a acknowledged, f proven never applied, i indeterminate. */
  outcomes: string;
  outages: Outage[];
  servers: ServerAcks[];
  /** Error codes and how often each was seen. */
  codes: { [code: string]: number };
  round_trip_p50_ms: number | null;
  in_flight_max: number;
  /** Where acknowledged numbers were stored, as runs of numbers and offsets that rise together; the latest ones, bounded. */
  offsets?: OffsetRun[];
  /** Producer ids of an idempotent lane in the order of their first batch; more than one means that the client dropped its own. */
  producers?: string[];
  /** Reads that returned less than was acknowledged, or read, before they were sent; absent where none had anything to return. */
  stale_reads?: StaleReadCounts;
}

/** Reads that had something to return, those that returned less, and the first and last of these; `got` is null where next to nothing was there. */
export interface StaleReadCounts {
  compared: number;
  count: number;
  first: { at: number; wanted: number; got: number | null } | null;
  last_at: number | null;
}

/** Numbers `n` to `n + count - 1` were acknowledged at offsets from `offset` on, `apart` from each other (1 where it is absent): two lanes on one partition take turns. */
export interface OffsetRun {
  n: number;
  offset: number;
  count: number;
  apart?: number;
}

/** A partition as the probe's own metadata showed it from this time on, until the next sight of it. */
export interface PartitionSight extends PartitionState {
  at: number;
}

/** What reading everything back found of a lane; absent lanes were not read. */
export interface LaneReadback {
  lane: string;
  /** Run lengths by number: `p1200 m30`, p present, m missing. */
  present: string;
  duplicated: number;
  reordered: number;
  /** Of the duplicated ones, those written under different producer ids: the client's doing, which no idempotence prevents. */
  duplicated_across_producers?: number;
}

/** One segment of one witness. `died` is set when it ended without its own final word. */
export interface SegmentRecord {
  segment: number;
  witness: 'even' | 'odd';
  from: number;
  to: number;
  died: boolean;
  stalls: Stall[];
  longest_stall_ms: number;
  /** Most memory that the witness's process held. */
  peak_rss_bytes?: number;
}

/** How the run ended, apart from what it proved. */
export type Outcome =
  | { kind: 'completed' }
  | { kind: 'refused'; at: 'claim' | 'preflight' | 'readmission'; why: string }
  | { kind: 'aborted'; by: 'guard' | 'person'; why: string };

/**
 * What a snapshot held and what came of its restore; hashes and counts, never keys or values. Times are epoch milliseconds.
 * `saved_at` is right before the save was asked for: every write acknowledged by then is in the snapshot.
 */
export interface Restore {
  snapshot: { sha256: string; bytes: number; keys: number; revision: number; saved_at: number };
  /** The throw-away restore before anything live was touched: null when it went well, else what the tool said. */
  refused: string | null;
  /**
   * How long that one took from the opened snapshot to a member's data, on how many processors, and how many members the same
   * host then restores at once; absent where it was refused or nobody measured it.
   */
  throw_away?: { took_ms: number; at_once: number; processors: number };
  started_at: number | null;
  ended_at: number | null;
  /** First write acknowledged by the restored cluster. */
  first_write_at: number | null;
  cluster_id: { before: string; after: string | null };
  /** Highest revision that anybody had seen before the loss, and the restored cluster's first. */
  revision: { seen: number; after: number | null };
  /** A hash over keys, values and revisions by each member of the restored cluster. */
  hashes: { member: string; hash: string }[];
  /** Keys of the snapshot that the restored cluster lacks. */
  keys_missing: number | null;
}

/** Everything a run leaves for grading; written by AWS, the lab and virtual time alike. */
export interface Record {
  version: 1;
  drill: string;
  run: string;
  source: Source;
  engine: { name: string; version: string };
  started_at: number;
  ended_at: number;
  outcome: Outcome;
  healed: boolean;
  /** As seen at preflight; null when it could not be read. */
  topology: ObservedTopology | null;
  admission: Decision[];
  /** Members the fault hit, as read from the experiment, not from the plan. */
  victims: string[];
  experiments: { id: string; step: number; status: string; start_at: number | null; end_at: number | null; victims?: string[] }[];
  events: Event[];
  series: Series[];
  probe: {
    segments: SegmentRecord[];
    lanes: Lane[];
    /** Every change of leader or ISR that the probe saw, oldest first; Kafka only. */
    partitions?: PartitionSight[];
    /** Bound of clock disagreement between the witnesses and whoever wrote the events. */
    clock_uncertainty_ms: number;
  };
  readback: LaneReadback[] | null;
  /** Drills that restore a snapshot; absent in all others. */
  restore?: Restore;
  provenance: { program: string; program_version: string; node: string; platform: string; settings: { [name: string]: string } };
}
