/** The stores whose arithmetic the core knows. */
export type StoreKind = 'aurora' | 'msk' | 'etcd';

/** What a drill file says an Aurora cluster is. Admission refuses when the observed one is weaker. */
export interface DeclaredAurora {
  store: 'aurora';
  members: number;
  zones: number;
  /** Copies that must hold a write before it is acknowledged, the writer included: Aurora 4 of 6; 1 is asynchronous. */
  write_quorum: number;
  /** Copies that must answer for a recovery to see every acknowledged write: copies - write_quorum + 1. */
  read_quorum: number;
  /** On AWS: members are instances, and the quorums are those of a storage of six copies behind them. */
  managed?: true;
}

/** What a drill file says a Kafka cluster and the topic of its lanes are. */
export interface DeclaredKafka {
  store: 'msk';
  brokers: number;
  /** Racks that the brokers are spread over. */
  zones: number;
  /** Voters of the KRaft quorum. */
  controllers: number;
  partitions: number;
  replication_factor: number;
  /** `min.insync.replicas` of the topic. */
  min_isr: number;
  /** `unclean.leader.election.enable` of the topic. */
  unclean_election: boolean;
}

/** What a drill file says an etcd cluster is; learners do not vote. */
export interface DeclaredEtcd {
  store: 'etcd';
  voters: number;
  learners: number;
  zones: number;
}

/** One member of a store, as seen by the control plane. */
export interface Member {
  name: string;
  zone: string;
  role: 'writer' | 'reader' | 'broker' | 'controller' | 'voter' | 'learner';
  /** True when it serves: a reader streams from the writer, a broker is registered and not fenced, a controller follows its quorum, a voter answers and knows the leader. */
  healthy: boolean;
  /** Whom Aurora promotes first: 0 before 15. Absent where nothing has tiers. */
  promotion_tier?: number;
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

/** Failover where AWS does it and publishes no settings, only how long it takes. */
export interface ManagedFailover {
  lasts_ms: [number, number];
  /** Who says so. */
  source: string;
}

/** An Aurora cluster, or its stand-in, that is really there. Times are epoch milliseconds. */
export interface AuroraTopology {
  store: 'aurora';
  observed_at: number;
  members: Member[];
  write_quorum: number;
  read_quorum: number;
  commit: CommitRule;
  /** null where nothing promotes automatically, or its settings are not published. */
  controller: ControllerSettings | null;
  /** Set on AWS: there members are instances, any of which serves alone, and the quorums are those of a storage that nobody outside can see. */
  managed?: ManagedFailover;
  /** One-way delay added to the links between members; 0 where none is. */
  link_delay_ms: number;
}

/** One partition as metadata tells it; brokers by their ids, as Kafka prints them. */
export interface PartitionState {
  partition: number;
  /** null while it has none. */
  leader: number | null;
  leader_epoch: number;
  /** In order of preference: the first is the preferred leader. */
  replicas: number[];
  isr: number[];
}

/** A Kafka cluster that is really there, with the partitions of the topic that the lanes write to. */
export interface KafkaTopology {
  store: 'msk';
  observed_at: number;
  /** Brokers are named `broker-<id>`, voters of the KRaft quorum `controller-<id>`. */
  members: Member[];
  topic: string;
  partitions: PartitionState[];
  min_isr: number;
  unclean_election: boolean;
  /** The voter that leads the KRaft quorum; null where it cannot be seen (MSK keeps it to itself). */
  active_controller: string | null;
  /** `broker.session.timeout.ms`, `broker.heartbeat.interval.ms`, `replica.lag.time.max.ms`. */
  session_timeout_ms: number;
  heartbeat_ms: number;
  lag_time_ms: number;
  /** Whether eligible leader replicas (KIP-966) are on. */
  elr: boolean;
}

/** An etcd cluster that is really there. */
export interface EtcdTopology {
  store: 'etcd';
  observed_at: number;
  /** Named `etcd-1` and on. */
  members: Member[];
  /** null while there is none. */
  leader: string | null;
  term: number;
  /** `--heartbeat-interval` and `--election-timeout`, which must be the same on all members. */
  heartbeat_ms: number;
  election_timeout_ms: number;
  /** Hexadecimal; a restored cluster has another one. */
  cluster_id: string;
  revision: number;
  /** Size of the backend's file, from which the time of a restore is predicted. */
  db_bytes: number;
}

export type ObservedTopology = AuroraTopology | KafkaTopology | EtcdTopology;

/** A broker's name in members, victims and events. */
export function brokerName(id: number): string {
  return `broker-${id}`;
}
