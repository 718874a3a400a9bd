import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Journal, sweepJournals } from '../../lab/journal.ts';
import { gone, type Identity, identify, isAlive, processesIn } from '../../lab/process.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'drill-home-'));
  vi.stubEnv('DRILL_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const list = (name: string): Promise<string[]> => readdir(join(home, name)).catch(() => []);

describe('a program that started a cluster', () => {
  const program = new URL('./starts-a-cluster.ts', import.meta.url).pathname;

  async function child(
    how: string,
  ): Promise<{ child: ChildProcess; folder: string; who: Identity[]; postmasters: Identity[]; logs: string; ended: Promise<unknown> }> {
    const process_ = spawn(process.execPath, [program, how], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, DRILL_HOME: home },
    });
    const ended = once(process_, 'close');
    const [line] = (await once(process_.stdout, 'data')) as [Buffer];
    const said = JSON.parse(String(line)) as { folder: string; pids: number[]; logs: string };
    const who = await processesIn(said.folder);
    return {
      child: process_,
      folder: said.folder,
      who,
      postmasters: who.filter(({ pid }) => said.pids.includes(pid)),
      logs: said.logs,
      ended,
    };
  }

  test.each(['waits', 'frozen'])('and was SIGKILLed (%s) is cleaned up after by the next start', async (how) => {
    const { child: program_, folder, who, postmasters, logs, ended } = await child(how);
    program_.kill('SIGKILL');
    await ended;
    expect(who.length).toBeGreaterThan(10);
    expect(await Promise.all(postmasters.map(isAlive))).toEqual([true, true, true]);
    const swept = await sweepJournals();
    expect(swept).toMatchObject({ programs: 1, removed: [folder] });
    expect(await Promise.all(who.map(isAlive))).not.toContain(true);
    expect({ clusters: await list('clusters'), journals: await list('journal') }).toEqual({ clusters: [], journals: [] });
    await rm(logs, { recursive: true });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('and got %s leaves no process and no data', async (name, code) => {
    const { child: program_, who, logs, ended } = await child('waits');
    program_.kill(name);
    expect(await ended).toEqual([code, null]);
    await gone(who);
    expect(await list('clusters')).toEqual([]);
    await rm(logs, { recursive: true });
  });

  test.each([
    ['return', 0],
    ['exit', 0],
    ['throw', 1],
  ] as const)('and ended by %s leaves no process and no data', async (how, code) => {
    const { folder, logs, ended } = await child(how);
    expect(await ended).toEqual([code, null]);
    expect(await processesIn(folder)).toEqual([]);
    expect(await list('clusters')).toEqual([]);
    await rm(logs, { recursive: true });
  });
});

describe('a journal', () => {
  /** What a killed program leaves: its journal names a program that is no more. */
  async function killed(entries: object[]): Promise<void> {
    await mkdir(join(home, 'journal'));
    const program = { what: 'program', who: { pid: process.pid, born: 'long ago' } };
    await writeFile(join(home, 'journal', 'killed.jsonl'), [program, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  async function sleeper(): Promise<{ child: ChildProcess; who: Identity }> {
    const sleeping = spawn('sleep', ['600'], { stdio: 'ignore' });
    const who = await identify(sleeping.pid ?? 0);
    if (!who) throw new Error('no sleeper');
    return { child: sleeping, who };
  }

  test('ends the very process that it names, and no other that has its pid now', async () => {
    const named = await sleeper();
    const reused = await sleeper();
    await killed([
      { what: 'started', who: named.who },
      { what: 'started', who: { ...reused.who, born: 'before that' } },
    ]);
    const swept = await sweepJournals();
    expect(swept.killed).toEqual([named.who.pid]);
    expect([await isAlive(named.who), await isAlive(reused.who)]).toEqual([false, true]);
    reused.child.kill('SIGKILL');
  });

  test('is left alone while its program runs', async () => {
    const { child, who } = await sleeper();
    const journal = await Journal.open();
    await journal.started(who, 'sleeper');
    expect(await sweepJournals()).toEqual({ programs: 0, killed: [], removed: [], experiments: [] });
    expect(await isAlive(who)).toBe(true);
    child.kill('SIGKILL');
    await journal.close();
    expect(await list('journal')).toEqual([]);
  });

  test('counts as far as it was written, and skips what had ended and was removed', async () => {
    const folder = join(home, 'clusters', 'one');
    await mkdir(folder, { recursive: true });
    await killed([
      { what: 'folder', path: folder },
      { what: 'folder', path: join(home, 'clusters', 'two') },
      { what: 'removed', path: join(home, 'clusters', 'two') },
      { what: 'experiment', id: 'EXP1', text: 'aurora-failover on pg-1' },
    ]);
    await appendFile(join(home, 'journal', 'killed.jsonl'), '{"what":"fold');
    expect(await sweepJournals()).toEqual({ programs: 1, killed: [], removed: [folder], experiments: ['EXP1: aurora-failover on pg-1'] });
    await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test("never removes a folder that is none of the lab's clusters", async () => {
    const mine = join(home, 'precious');
    await mkdir(mine);
    await killed([
      { what: 'folder', path: mine },
      { what: 'folder', path: join(home, 'clusters', '..', 'precious') },
    ]);
    expect((await sweepJournals()).removed).toEqual([]);
    await access(mine);
  });
});
