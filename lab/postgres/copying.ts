import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { loopback } from '../ports.ts';
import { engineUser } from './binaries.ts';
import { configuration, engineFolder, writeOwned } from './server.ts';

const run = promisify(execFile);
/** Left out of a copy of a running server: its own lock, its log of writes (streamed instead), and what it makes anew. */
const ownToServer = [
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'postgresql.auto.conf',
  'standby.signal',
];

/** Copies a data folder whose server does not run. */
export async function copyStopped(from: string, to: string): Promise<void> {
  await engineFolder(to);
  await copy([`${from}/.`], to);
}

/**
 * A fresh base backup into an existing data folder, as pg_basebackup does it: between pg_backup_start and pg_backup_stop of one
 * connection. A stale lock file stays, so that the engine can free the shared memory that a killed predecessor held.
 */
export async function baseBackup(source: { port: number; password: string; folder: string }, to: string): Promise<void> {
  const client = new pg.Client({
    host: loopback,
    port: source.port,
    user: 'postgres',
    password: source.password,
    database: 'postgres',
    application_name: 'base-backup',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query("select pg_backup_start('rejoin', true)");
    for (const name of await readdir(to)) if (name !== 'postmaster.pid') await rm(join(to, name), { recursive: true, force: true });
    const names = (await readdir(source.folder)).filter((name) => !ownToServer.includes(name));
    await copy(
      names.map((name) => join(source.folder, name)),
      to,
    );
    for (const name of ownToServer.filter((one) => one.startsWith('pg_'))) await engineFolder(join(to, name));
    for (const name of ['archive_status', 'summaries']) await engineFolder(join(to, 'pg_wal', name));
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeOwned(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
}

/** Makes a stopped data folder that of a standby, or of a writer when `settings` name no primary. */
export async function setRole(folder: string, settings: { [name: string]: string }): Promise<void> {
  await writeOwned(join(folder, 'postgresql.auto.conf'), configuration(settings));
  if (settings.primary_conninfo === undefined) await rm(join(folder, 'standby.signal'), { force: true });
  else await writeOwned(join(folder, 'standby.signal'), '');
}

/** `cp` shares blocks where the disk can. Files that vanish from a running server meanwhile are covered by its log of writes. */
async function copy(sources: string[], to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const share = process.platform === 'darwin' ? ['-c'] : ['--reflink=auto'];
  try {
    await run('cp', ['-R', '-p', ...share, ...sources, to], {
      ...engineUser,
      cwd: to,
      env: { LC_ALL: 'C', PATH: process.env.PATH ?? '/bin:/usr/bin' },
    });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    if (!said.every((line) => line.includes('No such file or directory'))) throw error;
  }
}
