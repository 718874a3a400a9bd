import type { DatabaseSync } from 'node:sqlite';
import { newRow, refusedBecause } from '../lambdas/new-run.ts';
import type { Claimed, Lease, NewRun, RunRow, Runs } from '../lambdas/tools.ts';
import { openRunsFile, within } from './runs-file.ts';

/** Rows, leases and slots in one SQLite file, shared by every program on this machine; `:memory:` is private. */
export function sqliteRuns(path: string): Runs & { close(): void } {
  const file = openRunsFile(path);
  return {
    claim: async (run) => within(file, () => claim(file, run)),
    read: async (run) => readRow(file, run),
    change: async (run, edit) => change(file, run, edit),
    lease: async (store) => readLease(file, store),
    release: async (run, to, why) => within(file, () => release(file, run, to, why)),
    clear: async (store, why) => within(file, () => clear(file, store, why)),
    unreleased: async () => file.prepare('SELECT row FROM runs WHERE released IS NULL ORDER BY claimed_at, run').all().map(rowIn),
    close: () => file.close(),
  };
}

function claim(file: DatabaseSync, run: NewRun): Claimed {
  const own = readRow(file, run.run);
  if (own !== undefined)
    return own.execution === run.execution
      ? { status: 'claimed', row: own }
      : { status: 'duplicate', why: `run ${run.run} belongs to execution ${own.execution}` };
  const filled = run.slot === null ? undefined : file.prepare('SELECT run FROM slots WHERE slot = ?').get(run.slot);
  if (filled !== undefined) return { status: 'duplicate', why: `slot ${run.slot} is filled by run ${String(filled.run)}` };
  const lease = readLease(file, run.store);
  const why = refusedBecause(run, lease);
  if (why !== null) return { status: 'refused', why };
  const row = newRow(run, (lease?.fence ?? 0) + 1);
  writeLease(file, {
    store: run.store,
    state: 'held',
    run: run.run,
    fence: row.fence,
    expires_at: run.expires_at,
    why: `claimed by ${run.run}`,
  });
  if (run.slot !== null) file.prepare('INSERT INTO slots (slot, run) VALUES (?, ?)').run(run.slot, run.run);
  writeRow(file, row);
  return { status: 'claimed', row };
}

/** The edit runs outside the transaction and is tried again when the row has changed meanwhile. */
function change(file: DatabaseSync, run: string, edit: (row: RunRow) => RunRow | null): RunRow {
  while (true) {
    const row = readRow(file, run);
    if (row === undefined) throw new Error(`run ${run}: got no row, wanted one to change`);
    const read = row.version;
    const edited = edit(row);
    // Read again, because the edit may have spoilt its argument.
    if (edited === null) return readRow(file, run) ?? row;
    const next = { ...edited, version: read + 1 };
    const { changes } = file
      .prepare('UPDATE runs SET version = ?, released = ?, row = ? WHERE run = ? AND version = ?')
      .run(next.version, next.released, JSON.stringify(next), run, read);
    if (changes === 1) return next;
  }
}

function release(file: DatabaseSync, run: string, to: 'free' | 'quarantined', why: string): void {
  const row = readRow(file, run);
  if (row === undefined || row.released !== null) return;
  const lease = readLease(file, row.store);
  if (lease?.state === 'held' && lease.run === run && lease.fence === row.fence)
    writeLease(file, { ...lease, state: to, run: to === 'free' ? null : run, why });
  writeRow(file, { ...row, version: row.version + 1, phase: 'closed', released: to });
}

function clear(file: DatabaseSync, store: string, why: string): boolean {
  const lease = readLease(file, store);
  if (lease?.state !== 'quarantined') return false;
  writeLease(file, { ...lease, state: 'free', run: null, why });
  return true;
}

function readRow(file: DatabaseSync, run: string): RunRow | undefined {
  const found = file.prepare('SELECT row FROM runs WHERE run = ?').get(run);
  return found === undefined ? undefined : rowIn(found);
}

function rowIn(found: { [column: string]: unknown }): RunRow {
  return JSON.parse(String(found.row));
}

function writeRow(file: DatabaseSync, row: RunRow): void {
  file
    .prepare(
      'INSERT INTO runs (run, claimed_at, released, version, row) VALUES (?, ?, ?, ?, ?) ON CONFLICT (run) DO UPDATE SET released = excluded.released, version = excluded.version, row = excluded.row',
    )
    .run(row.run, row.claimed_at, row.released, row.version, JSON.stringify(row));
}

function readLease(file: DatabaseSync, store: string): Lease | undefined {
  const found = file.prepare('SELECT store, state, run, fence, expires_at, why FROM leases WHERE store = ?').get(store);
  return found === undefined ? undefined : ({ ...found } as unknown as Lease);
}

function writeLease(file: DatabaseSync, lease: Lease): void {
  file
    .prepare(
      'INSERT INTO leases (store, state, run, fence, expires_at, why) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (store) DO UPDATE SET state = excluded.state, run = excluded.run, fence = excluded.fence, expires_at = excluded.expires_at, why = excluded.why',
    )
    .run(lease.store, lease.state, lease.run, lease.fence, lease.expires_at, lease.why);
}
