import type { Beat, Segment, SegmentResult } from './contract.ts';

/** What a witness process is told over its channel: one segment, then an answer to each beat; stop may come at any time. */
export type ToWitness =
  | {
      kind: 'segment';
      segment: Segment;
      /** Added to the machine's monotonic clock, so that all processes share one time axis. */
      epoch_offset_ms: number;
    }
  | { kind: 'go' }
  | { kind: 'stop' };

/** What it says back; result and error are its last words. */
export type FromWitness =
  | { kind: 'beat'; beat: Beat }
  | { kind: 'checkpoint'; result: SegmentResult }
  | { kind: 'result'; result: SegmentResult }
  | { kind: 'error'; message: string };
