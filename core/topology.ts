/** The stores whose arithmetic the core knows. */
export type StoreKind = 'aurora';

/** What a drill file says the system is. Admission refuses when the observed one is weaker. */
export interface DeclaredTopology {
  store: 'aurora';
  members: number;
  zones: number;
  /** Copies that must hold a write before it is acknowledged, the writer included: Aurora 4 of 6; 1 is asynchronous. */
  write_quorum: number;
  /** Copies that must answer for a recovery to see every acknowledged write: copies - write_quorum + 1. */
  read_quorum: number;
}

/** One copy of the data, as seen by the control plane. */
export interface Member {
  name: string;
  zone: string;
  role: 'writer' | 'reader';
  /** True when it serves and, for a reader, streams from the writer. */
  healthy: boolean;
}

/** How commits are acknowledged: by a quorum of standbys, by the writer alone after sending, or locally even when standbys are listed. */
export type CommitRule = { mode: 'quorum'; standbys: number; of: string[] } | { mode: 'asynchronous' } | { mode: 'local' };

/** The failover controller's own settings, from which recovery is expected (docs/quorum.md, section 2). */
export interface ControllerSettings {
  name: string;
  poll_ms: number;
  /** Consecutive failed polls before the writer is called lost. */
  misses: number;
  /** Longest time one poll may take before it counts as failed. */
  poll_timeout_ms: number;
  /** Bounds of each step after detection. */
  detach_ms: [number, number];
  promote_ms: [number, number];
  repoint_ms: [number, number];
  /** A planned hand-over: stop, drain and start of the old writer come on top of promote and re-point. */
  handover_ms: [number, number];
  /** From the start of a lost copy that is brought back until it streams again. */
  rejoin_ms: [number, number];
}

/** The topology that is really there. Times are epoch milliseconds. */
export interface ObservedTopology {
  store: 'aurora';
  observed_at: number;
  members: Member[];
  write_quorum: number;
  read_quorum: number;
  commit: CommitRule;
  /** null where nothing promotes automatically, or its settings are not published. */
  controller: ControllerSettings | null;
  /** One-way delay added to the links between members; 0 where none is. */
  link_delay_ms: number;
}
