import type { DeclaredAurora, DeclaredEtcd, DeclaredKafka } from './topology.ts';

/** What breaks in a database. `returns_after_s` brings `returning` victims back while the witnesses still watch. */
export type AuroraFault =
  | { kind: 'writer-kill' }
  | { kind: 'writer-handover' }
  | { kind: 'writer-freeze'; thaw_after_s: number }
  | { kind: 'writer-isolation' }
  | { kind: 'zone-loss'; plus_copies: number; returns_after_s?: number; returning?: number };

/**
 * What breaks in a Kafka cluster. The leader is always that of the busiest lane, the lowest partition among equals.
 * - broker-restart: controlled stop of the leader, start after `down_s`.
 * - broker-kill: SIGKILL of the leader and of `followers` more of its replicas; `returns_after_s` starts `returning` of them again.
 * - broker-roll, controller-roll: each in turn, controlled, one experiment a step; `down_s` between stop and start of each.
 * - hasty-roll: all brokers in turn inside one experiment, `apart_s` after each other whatever the ISR is.
 * - rack-kill: SIGKILL of every broker of one rack.
 * - controller-kill: SIGKILL of the active controller.
 * - unclean-chain: kill the leader A, wait for ISR {B}, write for `write_s`, kill B, wait until it is fenced, start A, write for `write_s`, start B.
 * - ahead-of-followers: freeze the followers, write for `write_s`, kill the leader, thaw the followers.
 */
export type KafkaFault =
  | { kind: 'broker-restart'; down_s: number }
  | { kind: 'broker-kill'; followers: number; returns_after_s?: number; returning?: number }
  | { kind: 'broker-roll'; down_s: number }
  | { kind: 'hasty-roll'; apart_s: number; down_s: number }
  | { kind: 'controller-roll'; down_s: number }
  | { kind: 'rack-kill' }
  | { kind: 'controller-kill' }
  | { kind: 'unclean-chain'; write_s: number }
  | { kind: 'ahead-of-followers'; write_s: number };

/**
 * What breaks in an etcd cluster.
 * - leader-kill: SIGKILL; leader-handover: SIGTERM; leader-freeze: SIGSTOP, thawed after `thaw_after_s`. The victim stays down until healing.
 * - member-roll: every voter in turn, the leader last, one experiment a step; `down_s` between stop and start of each.
 * - majority-kill: SIGKILL of the fewest voters that leave no quorum, the leader among them; after `returns_after_s` `returning` of them start again.
 * - voters-kill: SIGKILL of `count` voters, the leader among them.
 * - snapshot-restore: save a snapshot, write on for `write_s`, kill all members and destroy their data, restore all from the snapshot by workflow/restore.sh.
 */
export type EtcdFault =
  | { kind: 'leader-kill' }
  | { kind: 'leader-handover' }
  | { kind: 'leader-freeze'; thaw_after_s: number }
  | { kind: 'member-roll'; down_s: number }
  | { kind: 'majority-kill'; returns_after_s: number; returning: number }
  | { kind: 'voters-kill'; count: number }
  | { kind: 'snapshot-restore'; write_s: number };

/** What the drill promises; grading has one check for each, and an empty set is invalid. */
export type PromiseName =
  | 'no-acknowledged-write-lost'
  | 'one-writer'
  | 'recovery-within-limit'
  | 'writes-never-stop'
  | 'writes-stop-below-quorum'
  | 'reads-answer'
  | 'full-isr-between-steps'
  | 'no-election-storm'
  | 'reads-linearizable';

/** What must be seen to have happened, or the run proves nothing. */
export type Observation =
  | 'writer-changed'
  | 'members-lost'
  | 'writes-disturbed'
  | 'cut-confirmed'
  | 'leader-changed'
  | 'controller-changed'
  | 'every-member-rolled'
  | 'acknowledged-lost';

/**
 * How the drill must end to count as expected: `grade` A where recovery must lie inside its expected interval. A twin that must
 * fail names its letter, and `check` the one that must say so, since a twin that fails for another reason proves nothing.
 */
export type Ending =
  | { outcome: 'pass'; grade?: 'A' }
  | { outcome: 'fail'; grade: 'D' | 'F' | 'D or F'; because: string; check?: string }
  | { outcome: 'inconclusive'; because: string; check?: string }
  | { outcome: 'refused'; because: string };

/** How the lab is rigged for an Aurora drill; AWS ignores it. */
export interface AuroraRig {
  members?: number;
  commit?: 'quorum' | 'asynchronous' | 'local';
  link_delay_ms?: number;
  /** The controller sits on a promotion this long before doing it: a defect, so it is not published. */
  hold_promotion_ms?: number;
  /** Both witnesses are stopped (SIGSTOP) from just before the fault for this long. */
  stop_witnesses_s?: number;
}

/** How the lab's Kafka differs from what the drill declares; AWS ignores it. */
export interface KafkaRig {
  replication_factor?: number;
  min_isr?: number;
  /** Share of the declared load that is really sent. */
  load_share?: number;
}

/** How the lab's etcd is rigged for a drill; AWS ignores it. */
export interface EtcdRig {
  /** The saved snapshot is damaged before anybody restores it. */
  damage_snapshot?: 'flip-a-byte' | 'truncate';
  /** The command that should break the leader hits nobody, and says that it worked. */
  hit_nobody?: boolean;
  /** The snapshot that is restored was saved this long before the fault. */
  snapshot_age_s?: number;
}

/** How the Kafka lanes write. `idempotent` lanes never abandon an attempt. */
export interface KafkaClient {
  acks: 'all' | '1' | '0';
  idempotent: boolean;
  record_bytes: number;
}

/** A declared drill: plain data, one file each. Units are in the names. */
interface DrillBase {
  name: string;
  title: string;
  /** One sentence in the reader's words. */
  promise: string;
  promises: PromiseName[];
  load: {
    /** Writes a second through the service endpoint, or over all partitions, both witnesses together. */
    rate_hz: number;
    /** Acknowledged writes a second before the fault below which the run proves nothing. */
    minimum_hz: number;
    /** Writes a second tried on each copy directly, both witnesses together: how two writers are seen. On etcd serializable reads of each member alone. */
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
}

export interface AuroraDrill extends DrillBase {
  store: 'aurora';
  topology: DeclaredAurora;
  fault: AuroraFault;
  rig?: AuroraRig;
}

export interface KafkaDrill extends DrillBase {
  store: 'msk';
  topology: DeclaredKafka;
  fault: KafkaFault;
  client: KafkaClient;
  rig?: KafkaRig;
}

export interface EtcdDrill extends DrillBase {
  store: 'etcd';
  topology: DeclaredEtcd;
  fault: EtcdFault;
  /** What a restore may lose: the age of the snapshot in seconds, at most. */
  rpo_s?: number;
  rig?: EtcdRig;
}

export type Drill = AuroraDrill | KafkaDrill | EtcdDrill;
