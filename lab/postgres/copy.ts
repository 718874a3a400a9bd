import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from './server.ts';
import type { Session } from './session.ts';

/** One copy of the data: its server, and the ways to it. */
export interface Copy {
  name: string;
  zone: string;
  server: PostgresServer;
  /** Through the controller's own link, which a cut severs. */
  control: Session;
  /** Through the clients' link, which no cut touches. */
  direct: Session;
  /** Set when it was writer and another was promoted while it may have gone on: it must be made anew. */
  diverged: boolean;
}

/** How far a copy's log of writes reaches; `known` only once no more of it waits to be replayed or received. */
export interface Position {
  bytes: bigint;
  lsn: string;
  detached: boolean;
  known: boolean;
}

export interface WriterState {
  recovering: boolean;
  timeline: number;
  streaming: string[];
}

const positionSql = `
  select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text as lsn,
    (greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn)::text as bytes,
    not exists (select from pg_stat_wal_receiver)
      and not exists (select from pg_stat_activity where backend_type = 'walreceiver') as detached,
    pg_last_wal_receive_lsn() is not null or exists (select from pg_stat_activity where backend_type = 'startup'
      and wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')) as known`;

const writerSql = `
  select pg_is_in_recovery() as recovering,
    case when pg_is_in_recovery() then 0 else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
    array(select application_name from pg_stat_replication where state = 'streaming') as streaming`;

/** What a writer says of itself and of the copies that stream from it. */
export function askWriter(session: Session, within_ms: number): Promise<WriterState> {
  return session.row<WriterState>(writerSql, within_ms);
}

/** Sets a parameter for good, and makes the server read it; an empty value unsets nothing, it is empty. */
export async function setParameter(session: Session, name: string, value: string, within_ms: number): Promise<void> {
  await session.rows(`alter system set ${name} = '${value.replaceAll("'", "''")}'`, within_ms);
  await session.rows('select pg_reload_conf()', within_ms);
}

/**
 * Stops a copy's stream and answers with how far it got. Rejects when it does not confirm within the time: such a copy may
 * still help the old writer, and counts for nothing.
 */
export async function detach(copy: Copy, within_ms: number): Promise<Position> {
  const end = performance.now() + within_ms;
  const left = () => Math.max(1, end - performance.now());
  await setParameter(copy.control, 'primary_conninfo', '', left());
  return position(copy, end);
}

/** The position of a copy that streams no more; rejects when it is not known by `end` (of performance.now). */
export async function position(copy: Copy, end: number): Promise<Position> {
  for (;;) {
    const row = await copy.control.row<{ lsn: string; bytes: string; detached: boolean; known: boolean }>(
      positionSql,
      Math.max(1, end - performance.now()),
    );
    if (row.detached && row.known) return { ...row, bytes: BigInt(row.bytes) };
    await sleep(5);
  }
}

/** Promotes and waits until it is a writer; it holds no write as acknowledged before `names` confirm, because they are set first. */
export async function promote(copy: Copy, names: string, within_ms: number): Promise<number> {
  const end = performance.now() + within_ms;
  const left = () => Math.max(1, end - performance.now());
  await setParameter(copy.control, 'synchronous_standby_names', names, left());
  const shown = await copy.control.row<{ names: string }>("select current_setting('synchronous_standby_names') as names", left());
  if (shown.names !== names) await waitForSetting(copy, names, left);
  await copy.control.rows('select pg_promote(false)', left());
  for (;;) {
    const state = await askWriter(copy.control, left());
    if (!state.recovering) return state.timeline;
    await sleep(10);
  }
}

/** A session takes up a reloaded file between two statements, so the first look may be too early. */
async function waitForSetting(copy: Copy, names: string, left: () => number): Promise<void> {
  for (;;) {
    const { shown } = await copy.control.row<{ shown: string }>("select current_setting('synchronous_standby_names') as shown", left());
    if (shown === names) return;
    await sleep(5);
  }
}
