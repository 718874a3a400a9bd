import { DatabaseSync } from 'node:sqlite';
import { BadInput } from '../core/errors.ts';

/** Version of the tables below; a file of a newer program is left alone. */
const schema_version = 1;

const tables = `
  CREATE TABLE runs (run TEXT PRIMARY KEY, claimed_at REAL NOT NULL, released TEXT, version INTEGER NOT NULL, row TEXT NOT NULL) STRICT;
  CREATE INDEX runs_unreleased ON runs (claimed_at) WHERE released IS NULL;
  CREATE TABLE leases (store TEXT PRIMARY KEY, state TEXT NOT NULL, run TEXT, fence INTEGER NOT NULL, expires_at REAL NOT NULL, why TEXT NOT NULL) STRICT;
  CREATE TABLE slots (slot TEXT PRIMARY KEY, run TEXT NOT NULL) STRICT;
`;

/** How long one writer waits for another process that holds the file. */
const busy_timeout_ms = 5_000;

/** Opens the file of runs and leases, with its tables; throws BadInput for a file that a newer program wrote. */
export function openRunsFile(path: string): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: busy_timeout_ms });
  try {
    file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    within(file, () => prepare(file, path));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function prepare(file: DatabaseSync, path: string): void {
  const found = Number(file.prepare('PRAGMA user_version').get()?.user_version);
  if (found === schema_version) return;
  if (found !== 0)
    throw new BadInput(
      `runs file ${path}`,
      `version ${found}`,
      `version ${schema_version}`,
      'use the program that wrote it, or another DRILL_HOME',
    );
  file.exec(`${tables} PRAGMA user_version = ${schema_version};`);
}

/** Runs `work` in one transaction that excludes every other writer from its first read on. */
export function within<T>(file: DatabaseSync, work: () => T): T {
  file.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    file.exec('COMMIT');
    return result;
  } catch (error) {
    if (file.isTransaction) file.exec('ROLLBACK');
    throw error;
  }
}
