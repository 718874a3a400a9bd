import { Client } from 'pg';
import type { Clock } from '../core/clock.ts';
import { epochOffset, monotonicClock } from './clock.ts';
import type { Driver } from './contract.ts';
import type { PostgresCredentials } from './credentials.ts';
import { clientConfig } from './postgres/client-config.ts';
import { PostgresLane } from './postgres/lane.ts';
import { readLanes } from './postgres/readback.ts';
import { statementsOf, tables } from './postgres/statements.ts';

export interface PostgresOptions {
  /** Left out: PostgreSQL itself. */
  dialect?: 'aurora' | undefined;
  /** Left out: it talks in clear, with what its addresses say. */
  credentials?: PostgresCredentials | undefined;
}

/** The probe's PostgreSQL: writes numbered rows of one run, and reads them back. */
export function postgresDriver(
  run: string,
  clock: Clock = monotonicClock(epochOffset()),
  { dialect, credentials = {} }: PostgresOptions = {},
): Driver {
  const { write, warm, read } = statementsOf(dialect);
  return {
    open: (lane, target, attempt_timeout_ms) =>
      new PostgresLane({
        target,
        attempt_timeout_ms,
        clock,
        credentials,
        // A session that a stale name led to the old writer would stay with it for ever.
        leavesReaders: dialect === 'aurora' && target.kind === 'service',
        warm: { ...warm, values: [] },
        statement: (n, planned_at) => (target.kind === 'read' ? { ...read, values: [] } : { ...write, values: [run, lane, n, planned_at] }),
      }),
    readback: (url, own, lanes) => readLanes(clientConfig(url, credentials), own, lanes),
  };
}

/** Makes the table that the lanes write to, where it is not there yet. */
export async function prepare(url: string, credentials: PostgresCredentials = {}): Promise<void> {
  const client = new Client({ ...clientConfig(url, credentials), application_name: 'quorum-drill prepare' });
  await client.connect();
  try {
    // Two that make it at once would collide inside the catalogue.
    await client.query(['begin', `select pg_advisory_xact_lock(hashtext('quorum_drill'))`, ...tables, 'commit'].join(';'));
  } finally {
    await client.end();
  }
}
