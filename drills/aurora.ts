import type { Drill } from '../core/drill.ts';
import type { DeclaredAurora } from '../core/topology.ts';

/** Aurora's storage rule: six copies in three zones, writes need four, reads need three. */
export const sixCopies: DeclaredAurora = { store: 'aurora', members: 6, zones: 3, write_quorum: 4, read_quorum: 3 };

/** The same six copies where the writer alone acknowledges: nothing but the writer is sure to hold a write. */
export const writerAlone: DeclaredAurora = { ...sixCopies, write_quorum: 1, read_quorum: 6 };

export const load: Drill['load'] = { rate_hz: 100, minimum_hz: 50, pinned_hz: 10, read_hz: 20, attempt_timeout_ms: 250 };

export const window: Drill['window'] = { baseline_s: 4, settle_s: 11, deadline_s: 60, poll_s: 1, segment_s: 600, heal_deadline_s: 60 };
