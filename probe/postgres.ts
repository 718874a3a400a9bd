import { Client } from 'pg';
import type { Clock } from '../core/clock.ts';
import { epochOffset, monotonicClock } from './clock.ts';
import type { Driver } from './contract.ts';
import { PostgresLane } from './postgres/lane.ts';
import { readLanes } from './postgres/readback.ts';
import { read, tables, warm, write } from './postgres/statements.ts';

/** The probe's PostgreSQL: writes numbered rows of one run, and reads them back. */
export function postgresDriver(run: string, clock: Clock = monotonicClock(epochOffset())): Driver {
  return {
    open: (lane, target, attempt_timeout_ms) =>
      new PostgresLane({
        target,
        attempt_timeout_ms,
        clock,
        warm: { ...warm, values: [] },
        statement: (n, planned_at) => (target.kind === 'read' ? { ...read, values: [] } : { ...write, values: [run, lane, n, planned_at] }),
      }),
    readback: readLanes,
  };
}

/** Makes the table that the lanes write to, where it is not there yet. */
export async function prepare(url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'quorum-drill prepare' });
  await client.connect();
  try {
    // Two that make it at once would collide inside the catalogue.
    await client.query(['begin', `select pg_advisory_xact_lock(hashtext('quorum_drill'))`, ...tables, 'commit'].join(';'));
  } finally {
    await client.end();
  }
}
