import type { DeclaredTopology, StoreKind } from './topology.ts';

/** What breaks. `returns_after_s` brings `returning` victims back while the witnesses still watch. */
export type Fault =
  | { kind: 'writer-kill' }
  | { kind: 'writer-handover' }
  | { kind: 'writer-freeze'; thaw_after_s: number }
  | { kind: 'writer-isolation' }
  | { kind: 'zone-loss'; plus_copies: number; returns_after_s?: number; returning?: number };

/** What the drill promises; grading has one check for each, and an empty set is invalid. */
export type PromiseName =
  | 'no-acknowledged-write-lost'
  | 'one-writer'
  | 'recovery-within-limit'
  | 'writes-never-stop'
  | 'writes-stop-below-quorum'
  | 'reads-answer';

/** What must be seen to have happened, or the run proves nothing. */
export type Observation = 'writer-changed' | 'members-lost' | 'writes-disturbed' | 'cut-confirmed';

/**
 * How the drill must end to count as expected; a twin that must fail names its letter, and `check` the one that must say so,
 * since a twin that fails for another reason proves nothing.
 */
export type Ending =
  | { outcome: 'pass' }
  | { outcome: 'fail'; grade: 'D' | 'F'; because: string; check?: string }
  | { outcome: 'inconclusive'; because: string; check?: string }
  | { outcome: 'refused'; because: string };

/** How the lab is rigged for this drill; AWS ignores it. */
export interface Rig {
  members?: number;
  commit?: 'quorum' | 'asynchronous' | 'local';
  link_delay_ms?: number;
  /** The controller sits on a promotion this long before doing it: a defect, so it is not published. */
  hold_promotion_ms?: number;
  /** Both witnesses are stopped (SIGSTOP) from just before the fault for this long. */
  stop_witnesses_s?: number;
}

/** A declared drill: plain data, one file each. Units are in the names. */
export interface Drill {
  name: string;
  title: string;
  /** One sentence in the reader's words. */
  promise: string;
  promises: PromiseName[];
  store: StoreKind;
  topology: DeclaredTopology;
  fault: Fault;
  load: {
    /** Writes a second through the service endpoint, both witnesses together. */
    rate_hz: number;
    /** Acknowledged writes a second before the fault below which the run proves nothing. */
    minimum_hz: number;
    /** Writes a second tried on each copy directly, both witnesses together: how two writers are seen. */
    pinned_hz: number;
    /** Reads a second through the service endpoint, both witnesses together. */
    read_hz: number;
    attempt_timeout_ms: number;
  };
  limits: { recovery_ms: number };
  window: {
    /** Clean load before the fault. */
    baseline_s: number;
    /** Least time watched after the fault, even where nothing stops. */
    settle_s: number;
    /** From the claim to the end of watching; past it the drill is halted and healed. */
    deadline_s: number;
    poll_s: number;
    /** Longest life of one witness segment. */
    segment_s: number;
    heal_deadline_s: number;
  };
  mustObserve: Observation[];
  /** Set when the drill wants the loss of quorum: writes must stop, and recovery counts from the healing. */
  negative?: { writes_must_stop_for_s: number };
  /** Names of the guard alarms; empty means the probe's heartbeat alone. */
  guards: string[];
  mustEnd: Ending;
  rig?: Rig;
}
