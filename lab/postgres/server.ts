import { execFile } from 'node:child_process';
import { chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BadInput } from '../../core/errors.ts';
import { Daemon, type ProcessWatch } from '../daemon.ts';
import { freePort, loopback } from '../ports.ts';
import { type Identity, processes, signal, treeOf } from '../process.ts';
import { type Engine, engineUser } from './binaries.ts';

export interface ServerPlan {
  name: string;
  engine: Engine;
  /** Data folder; initialised by `initData` or copied from one that was. */
  folder: string;
  /** Log file, opened by us and appended to. */
  log: string;
  settings: { [name: string]: string };
  watch?: ProcessWatch;
  /** Where ports come from; by default the kernel. */
  port?(): Promise<number>;
}

const run = promisify(execFile);
const start_limit_ms = 30_000;
/** The password is long and random, so hashing it 4096 times at each of a storm of reconnections would only take the processors away. */
const cheapLogin = ['--set', 'scram_iterations=64'];
const port_tries = 5;
const stop_limit_ms = 20_000;

/** A folder that the engine's user owns and nobody else may enter. */
export async function engineFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await give(folder);
}

/** Makes a data folder for user `postgres` with this password and nothing else that may log in. */
export async function initData(engine: Engine, folder: string, password: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  await engineFolder(folder);
  const secret = `${folder}.password`;
  try {
    await writeOwned(secret, password);
    const fixed = [
      '--auth=scram-sha-256',
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C',
      '--wal-segsize=4',
      '--no-sync',
      ...cheapLogin,
    ];
    await run(join(engine.bin, 'initdb'), ['-D', folder, `--pwfile=${secret}`, ...fixed], {
      ...engineUser,
      cwd: folder,
      env: { LC_ALL: 'C' },
    });
  } finally {
    await rm(secret, { force: true });
  }
}

/** Writes a file that the engine's user owns and nobody else may read. */
export async function writeOwned(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await give(path);
}

/** Text of a PostgreSQL configuration file. */
export function configuration(settings: { [name: string]: string }): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

/** Nothing to do where the engine runs as us. */
async function give(path: string): Promise<void> {
  if (engineUser.uid !== undefined && engineUser.gid !== undefined) await chown(path, engineUser.uid, engineUser.gid);
}

/** One PostgreSQL on a loopback port. The port may change from start to start; ask `port` at every connection. */
export class PostgresServer {
  readonly name: string;
  readonly folder: string;
  readonly settings: { [name: string]: string };
  /** Null while it does not run. */
  port: number | null = null;
  #plan: ServerPlan;
  #daemon: Daemon;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.folder = plan.folder;
    this.settings = { ...plan.settings };
    this.#daemon = new Daemon(this.name, plan.watch, () => {
      this.port = null;
    });
  }

  /** The postmaster, or null while none runs. */
  get postmaster(): Identity | null {
    return this.#daemon.who;
  }

  /** Starts and waits until it takes connections; another port is tried when somebody took ours in between. */
  async start(): Promise<void> {
    if (this.postmaster) return;
    for (let tries = 1; ; tries += 1) {
      const port = await (this.#plan.port ?? freePort)();
      if (await this.#startOn(port)) return;
      if (tries === port_tries)
        throw new BadInput(
          `port of ${this.name}`,
          `${tries} ports that others took first`,
          'one that stays free',
          'stop whatever opens ports in a hurry, and run again',
        );
    }
  }

  /** `fast` sends all that is written to connected standbys first; `immediate` leaves recovery to the next start. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const stopped = this.#daemon.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT', stop_limit_ms);
    await this.thaw();
    await stopped;
  }

  /** SIGKILL of the postmaster and of every child, which left its group; returns when all are gone. */
  async kill(): Promise<Identity[]> {
    if (!this.postmaster) return [];
    const killed = await this.#daemon.kill();
    await rm(join(this.folder, 'postmaster.pid'), { force: true });
    return killed;
  }

  /** SIGSTOPs all of its processes until none runs, postmaster first so that it forks no more. */
  async freeze(): Promise<Identity[]> {
    for (;;) {
      const tree = await this.#tree();
      const moving = tree.filter((row) => !row.stopped);
      if (moving.length === 0) return tree;
      for (const { pid } of moving) signal(pid, 'SIGSTOP');
    }
  }

  async thaw(): Promise<void> {
    for (const { pid } of (await this.#tree()).reverse()) signal(pid, 'SIGCONT');
  }

  /** Rereads the configuration files. */
  reload(): void {
    if (this.postmaster) signal(this.postmaster.pid, 'SIGHUP');
  }

  async #tree() {
    const { postmaster } = this;
    return postmaster ? treeOf(await processes(), postmaster) : [];
  }

  async #startOn(port: number): Promise<boolean> {
    await mkdir(dirname(this.#plan.log), { recursive: true });
    const log = await open(this.#plan.log, 'a', 0o600);
    const from = (await log.stat()).size;
    await writeOwned(
      join(this.folder, 'postgresql.conf'),
      configuration({ ...this.settings, port: String(port), listen_addresses: loopback, unix_socket_directories: '' }),
    );
    try {
      const program = join(this.#plan.engine.bin, 'postgres');
      await this.#daemon.start(program, ['-D', this.folder], { ...engineUser, cwd: this.folder, log });
      await this.#ready();
      this.port = port;
      return true;
    } catch (error) {
      await this.kill();
      const said = (await readFile(this.#plan.log, 'utf8')).slice(from);
      if (/could not bind|Address already in use/.test(said)) return false;
      throw new Error(`${this.name} did not start: ${said.trim().split('\n').slice(-3).join(' | ') || String(error)}`, { cause: error });
    } finally {
      await log.close();
    }
  }

  /** The eighth line of postmaster.pid says when it takes connections. */
  async #ready(): Promise<void> {
    const end = performance.now() + start_limit_ms;
    while (this.postmaster) {
      const lines = (await readFile(join(this.folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
      const mine = Number(lines[0]) === this.postmaster?.pid;
      if (mine && /^(ready|standby)/.test(lines[7] ?? '')) return;
      if (performance.now() > end) throw new Error(`not ready within ${start_limit_ms} ms`);
      await sleep(10);
    }
    throw new Error('the process ended');
  }
}
