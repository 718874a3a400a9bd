import type { Lane, LaneReadback, SegmentRecord, Series } from '../core/record.ts';

export type WitnessName = 'even' | 'odd';

/** Where one lane writes or reads. */
export interface Target {
  name: string;
  kind: Lane['kind'];
  url: string;
  rate_hz: number;
  connections: number;
}

/** One segment of one witness: what a Lambda invocation or a lab process is told to do. */
export interface Segment {
  run: string;
  witness: WitnessName;
  segment: number;
  protocol: 'postgres';
  targets: Target[];
  attempt_timeout_ms: number;
  /** Epoch milliseconds; the witness stops itself then, whatever the row says. */
  stop_at: number;
  beat_every_ms: number;
  /** Width of the bins of the series that it returns. */
  bin_ms: number;
}

/**
 * One attempt. ok: acknowledged; failed: proven never applied; indeterminate: may have been applied;
 * unsent: no connection took it in time, so it says nothing about the server.
 */
export interface Attempt {
  outcome: 'ok' | 'failed' | 'indeterminate' | 'unsent';
  sent_at: number;
  done_at: number;
  /** Writer and its term, such as `pg-1@1`. */
  server?: string;
  code?: string;
}

/** Carries one lane's attempts over its connections; never throws from `attempt`. */
export interface LaneDriver {
  attempt(n: number, planned_at: number): Promise<Attempt>;
  close(): Promise<void>;
}

/** One protocol. A driver serves one segment or one read-back. */
export interface Driver {
  open(lane: string, target: Target, attempt_timeout_ms: number): LaneDriver;
  /** Numbers of each lane in the order the store holds them, through the service endpoint. */
  readback(url: string, run: string, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]>;
}

/** The probe's own live view, carried by every heartbeat. */
export interface Beat {
  at: number;
  witness: WitnessName;
  segment: number;
  service: {
    lane: string;
    acked: number;
    /** Acknowledged writes a second over the last two seconds. */
    acked_hz: number;
    last_ok_at: number | null;
    /** Completion of the first ok of the present unbroken run of oks; null while the last attempt was not ok. */
    healthy_since: number | null;
    /** Times of the last attempt that was not ok, and how many there were. */
    last_not_ok_at: number | null;
    not_ok: number;
    server: string | null;
  }[];
  longest_stall_ms: number;
}

/** What a segment leaves; `final` is false for a checkpoint, which a dead witness leaves behind. */
export interface SegmentResult {
  final: boolean;
  record: SegmentRecord;
  lanes: Lane[];
  /** Named `<target>/<measure>/<witness>`, measure one of acked, failed, indeterminate, p50, p99. */
  series: Series[];
}
