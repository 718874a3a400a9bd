import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drillHome, homeFolder } from './home.ts';
import { gone, type Identity, identify, isAlive, killTree, processesIn, signal } from './process.ts';

type Entry =
  | { what: 'program' | 'started' | 'ended'; who: Identity; name?: string }
  | { what: 'folder' | 'removed'; path: string }
  | { what: 'experiment'; id: string; text: string };

/** What a sweep found of programs that were killed, and did about it. */
export interface Swept {
  programs: number;
  killed: number[];
  removed: string[];
  experiments: string[];
}

/**
 * What this program started, appended to a file of its own below the drill home as it happens, so that the next start can
 * clean up after a SIGKILL. Folders are written down before they are made.
 */
export class Journal {
  readonly path: string;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<Journal> {
    const me = await identify(process.pid);
    if (!me) throw new Error('this process cannot see itself in the process table');
    const folder = await homeFolder('journal');
    const journal = new Journal(join(folder, `${me.pid}-${performance.now().toString(36).replace('.', '')}.jsonl`));
    await journal.#append({ what: 'program', who: me });
    return journal;
  }

  started(who: Identity, name: string): Promise<void> {
    return this.#append({ what: 'started', who, name });
  }

  ended(who: Identity): Promise<void> {
    return this.#append({ what: 'ended', who });
  }

  folder(path: string): Promise<void> {
    return this.#append({ what: 'folder', path });
  }

  removed(path: string): Promise<void> {
    return this.#append({ what: 'removed', path });
  }

  experiment(id: string, text: string): Promise<void> {
    return this.#append({ what: 'experiment', id, text });
  }

  /** Forgets everything: to be called when nothing that it names is left. */
  async close(): Promise<void> {
    await this.#last;
    await rm(this.path, { force: true });
  }

  #append(entry: Entry): Promise<void> {
    this.#last = this.#last.then(() => appendFile(this.path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }));
    return this.#last;
  }
}

/** Cleans up after every program whose journal is there and which is not running any more. */
export async function sweepJournals(): Promise<Swept> {
  const folder = join(drillHome(), 'journal');
  const swept: Swept = { programs: 0, killed: [], removed: [], experiments: [] };
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const entries = parse(await readFile(path, 'utf8').catch(() => ''));
    const program = entries.find((entry): entry is Extract<Entry, { who: Identity }> => entry.what === 'program');
    if (program && (await isAlive(program.who))) continue;
    await sweep(entries, swept);
    await rm(path, { force: true });
    swept.programs += 1;
  }
  return swept;
}

async function sweep(entries: Entry[], swept: Swept): Promise<void> {
  const folders = left(entries.map((e) => (e.what === 'folder' || e.what === 'removed' ? [e.path, e.what === 'folder', e.path] : null)));
  const known = left(
    entries.map((e) => (e.what === 'started' || e.what === 'ended' ? [`${e.who.pid} ${e.who.born}`, e.what === 'started', e.who] : null)),
  );
  for (const who of known) swept.killed.push(...(await end(who)));
  const clusters = join(drillHome(), 'clusters');
  for (const path of folders.filter((one) => one.startsWith(`${clusters}/`))) {
    for (const who of await processesIn(path)) swept.killed.push(...(await end(who)));
    await rm(path, { recursive: true, force: true });
    swept.removed.push(path);
  }
  for (const entry of entries) if (entry.what === 'experiment') swept.experiments.push(`${entry.id}: ${entry.text}`);
}

/** What was opened and not closed again, by key. */
function left<T>(steps: ([string, boolean, T] | null)[]): T[] {
  const open = new Map<string, T>();
  for (const step of steps) {
    if (step?.[1]) open.set(step[0], step[2]);
    else if (step) open.delete(step[0]);
  }
  return [...open.values()];
}

/** Asked first, thawed if need be, so that the engine gives its shared memory back; then killed. */
async function end(who: Identity): Promise<number[]> {
  if (!(await isAlive(who))) return [];
  signal(who.pid, 'SIGQUIT');
  signal(who.pid, 'SIGCONT');
  for (let tries = 0; tries < 50 && (await isAlive(who)); tries += 1) await sleep(20);
  const killed = await killTree(who);
  await gone([who]);
  return [...new Set([who.pid, ...killed.map(({ pid }) => pid)])];
}

/** A program killed in the middle of a line leaves half a line; what stands before it still counts. */
function parse(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Entry];
    } catch {
      return [];
    }
  });
}
