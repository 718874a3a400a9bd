import type { KafkaClient } from '../core/drill.ts';
import type { Lane, LaneReadback, PartitionSight, SegmentRecord, Series } from '../core/record.ts';
import type { PartitionState } from '../core/topology.ts';

export type WitnessName = 'even' | 'odd';

/** Where one lane writes or reads. */
export interface Target {
  name: string;
  kind: Lane['kind'];
  url: string;
  rate_hz: number;
  connections: number;
  /** The Kafka partition that the lane writes to. */
  partition?: number;
}

/** How a witness talks to its store. */
export type Protocol =
  /** Aurora names its servers in its own way, and its endpoint is a name that is resolved anew for each connection. */
  | { name: 'postgres'; dialect?: 'aurora' }
  /** Certificates by file, in PEM form, where the members use TLS. */
  | { name: 'etcd'; tls?: { ca: string; cert: string; key: string } }
  | { name: 'kafka'; topic: string; client: KafkaClient };

/** One segment of one witness: what a Lambda invocation or a lab process is told to do. */
export interface Segment {
  run: string;
  witness: WitnessName;
  segment: number;
  protocol: Protocol;
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
  /** Where a Kafka broker stored it, and the producer id of its batch. */
  offset?: number;
  producer?: string;
  /** When an attempt that is never abandoned should have been answered and was not: for outages it counts as not served then. */
  overdue_at?: number;
  /** What a read of the lane's own latest number had to return at least, and what it returned; null is none. */
  register?: { wanted: number | null; got: number | null };
}

/** Carries one lane's attempts over its connections; never throws from `attempt`. */
export interface LaneDriver {
  attempt(n: number, planned_at: number): Promise<Attempt>;
  close(): Promise<void>;
}

/** One protocol. A driver serves one segment or one read-back. */
export interface Driver {
  open(lane: string, target: Target, attempt_timeout_ms: number): LaneDriver;
  /** The partitions as its own metadata shows them now, and every change it saw since it was made; stores without leaders leave it out. */
  view?(): PartitionsView;
  /** Numbers of each lane in the order the store holds them, through the service endpoint. */
  readback(url: string, run: string, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]>;
}

/** `seen_at` is when the metadata was last answered, epoch milliseconds; null before the first answer. */
export interface PartitionsView {
  seen_at: number | null;
  partitions: PartitionState[];
  sights: PartitionSight[];
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
  /** Leaders and ISR as the witness's own metadata shows them: what re-admission goes by. */
  partitions?: { seen_at: number; states: PartitionState[] };
}

/** What a segment leaves; `final` is false for a checkpoint, which a dead witness leaves behind. */
export interface SegmentResult {
  final: boolean;
  record: SegmentRecord;
  lanes: Lane[];
  /** Named `<target>/<measure>/<witness>`, measure one of acked, failed, indeterminate, p50, p99. */
  series: Series[];
  /** Changes of leaders and ISR that it saw. */
  partitions?: PartitionSight[];
}
