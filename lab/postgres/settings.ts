import type { CommitRule } from '../../core/topology.ts';
import { loopback } from '../ports.ts';

export type CommitMode = CommitRule['mode'];

/** Standbys that must confirm a write: with the writer they are the smallest majority, so 3 of 5 others among 6. */
export function confirmations(copies: number, mode: CommitMode): number {
  return mode === 'asynchronous' ? 0 : Math.floor(copies / 2);
}

/** Value of synchronous_standby_names on `writer`; empty when nothing must confirm. */
export function quorumNames(writer: string, members: string[], mode: CommitMode): string {
  const count = confirmations(members.length, mode);
  const others = members.filter((name) => name !== writer).map((name) => `"${name}"`);
  return count === 0 ? '' : `ANY ${count} (${others.join(', ')})`;
}

/** Reads synchronous_standby_names as a server shows it; anything but `ANY k (...)` and nothing is unknown to us. */
export function readRule(names: string, synchronous_commit: string): CommitRule {
  if (names.trim() === '') return { mode: 'asynchronous' };
  if (synchronous_commit === 'local' || synchronous_commit === 'off') return { mode: 'local' };
  const [, count, list] = /^ANY (\d+) \(([^)]*)\)$/i.exec(names.trim()) ?? [];
  if (!count || !list) throw new Error(`synchronous_standby_names is ${names}, not ANY k (...)`);
  return { mode: 'quorum', standbys: Number(count), of: list.split(',').map((name) => name.trim().replaceAll('"', '')) };
}

/** How a standby finds its writer: through the link that leads there. The password lies in a file, because servers log this text. */
export function connection(standby: string, link_port: number, passfile: string): string {
  return `host=${loopback} port=${link_port} user=postgres passfile='${passfile}' application_name=${standby} sslmode=disable gssencmode=disable`;
}

/** Settings that a copy keeps for life. fsync stays at its default; memory and intervals are small because six copies share a machine. */
export function memberSettings(name: string, mode: CommitMode): { [name: string]: string } {
  return {
    cluster_name: name,
    synchronous_commit: mode === 'local' ? 'local' : 'on',
    wal_level: 'replica',
    hot_standby: 'on',
    // A commit that waits for its quorum keeps its session when the client has gone, so an outage needs one for every attempt.
    max_connections: '500',
    max_wal_senders: '20',
    wal_keep_size: '128MB',
    max_wal_size: '256MB',
    min_wal_size: '32MB',
    shared_buffers: '16MB',
    wal_retrieve_retry_interval: '100ms',
    wal_receiver_status_interval: '1s',
    io_method: 'sync',
    jit: 'off',
    max_logical_replication_workers: '0',
    // Files in the data folder, which go with it: what lies in /dev/shm would stay behind a SIGKILL.
    dynamic_shared_memory_type: 'mmap',
    log_line_prefix: '%m [%p] %b ',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
  };
}
