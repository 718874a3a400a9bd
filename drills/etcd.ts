import type { Drill } from '../core/drill.ts';
import type { DeclaredEtcd } from '../core/topology.ts';

/** Three voters in three zones: any one may go. */
export const threeVoters: DeclaredEtcd = { store: 'etcd', voters: 3, learners: 0, zones: 3 };

/** Four voters need three: they spare one, as three do. */
export const fourVoters: DeclaredEtcd = { ...threeVoters, voters: 4 };

/**
 * Linearizable reads through any member, and `pinned_hz` serializable ones of each member alone. No election takes less than 800 ms,
 * so an attempt may wait longer than a busy machine pauses, and the loss of a leader still shows.
 */
export const load: Drill['load'] = { rate_hz: 100, minimum_hz: 50, pinned_hz: 10, read_hz: 20, attempt_timeout_ms: 500 };

export const window: Drill['window'] = { baseline_s: 4, settle_s: 11, deadline_s: 60, poll_s: 1, segment_s: 600, heal_deadline_s: 60 };

/** A roll waits at each step until the member follows again and writes have been well for a while. */
export const rollWindow: Drill['window'] = { ...window, deadline_s: 180 };

/** Saving, checking and restoring come on top, and so does restoring once more if healing must. */
export const restoreWindow: Drill['window'] = { ...window, deadline_s: 120, heal_deadline_s: 120 };
