import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A process that is known again: a pid may be reused, a pid with its time of birth may not. */
export interface Identity {
  pid: number;
  born: string;
}

export interface ProcessRow extends Identity {
  ppid: number;
  stopped: boolean;
}

const linux = process.platform === 'linux';
const psArguments = ['-Ao', 'pid=,ppid=,state=,lstart='];
const run = promisify(execFile);

/** Every live process of this machine; zombies are not alive. */
export async function processes(): Promise<ProcessRow[]> {
  if (!linux) return parsePs((await run('ps', psArguments)).stdout);
  const pids = (await readdir('/proc')).filter(isNumber);
  const rows = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').then(parseStat, () => null)));
  return rows.filter((row) => row !== null);
}

/** The same without waiting, for the moment in which the program exits. */
export function processesNow(): ProcessRow[] {
  if (!linux) return parsePs(execFileSync('ps', psArguments, { encoding: 'utf8' }));
  return readdirSync('/proc')
    .filter(isNumber)
    .flatMap((pid) => {
      try {
        return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      } catch {
        return [];
      }
    });
}

/** The identity of a live process, or null when there is none with this pid. */
export async function identify(pid: number): Promise<Identity | null> {
  const row = linux
    ? await readFile(`/proc/${pid}/stat`, 'latin1').then(parseStat, () => null)
    : (await processes()).find((one) => one.pid === pid);
  return row ? { pid, born: row.born } : null;
}

export async function isAlive(who: Identity): Promise<boolean> {
  return (await identify(who.pid))?.born === who.born;
}

/** A process and all below it, parents first; empty when it is gone or its pid is another's now. */
export function treeOf(rows: ProcessRow[], who: Identity): ProcessRow[] {
  const root = rows.find((row) => row.pid === who.pid && row.born === who.born);
  const tree = root ? [root] : [];
  for (const parent of tree) tree.push(...rows.filter((row) => row.ppid === parent.pid && row.pid !== parent.pid));
  return tree;
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** SIGKILLs a process and all below it, returns whom it killed, all of them gone. A child may have left the group, so pids, not groups. */
export async function killTree(who: Identity): Promise<Identity[]> {
  if (!(await isAlive(who))) return [];
  // Stopped, it forks nothing between the look and the kill.
  signal(who.pid, 'SIGSTOP');
  const tree = treeOf(await processes(), who);
  for (const { pid } of tree) signal(pid, 'SIGKILL');
  await gone(tree);
  return tree.map(({ pid, born }) => ({ pid, born }));
}

/** As `killTree`, from an exit handler: kills and does not wait. */
export function killTreeNow(who: Identity): void {
  for (const { pid } of treeOf(processesNow(), who)) signal(pid, 'SIGKILL');
}

/** Waits until none of these processes is alive. */
export async function gone(all: Identity[], within_ms = 10_000): Promise<void> {
  const end = performance.now() + within_ms;
  for (const who of all) {
    while (await isAlive(who)) {
      if (performance.now() > end) throw new Error(`process ${who.pid} did not end within ${within_ms} ms`);
      await sleep(5);
    }
  }
}

/** Live processes that work in a folder or below, so that none is missed whose pid was never written down. */
export async function processesIn(folder: string): Promise<Identity[]> {
  if (!linux) return processesNaming(folder);
  const rows = await processes();
  const places = await Promise.all(rows.map(({ pid }) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return rows.filter((_, i) => `${places[i]}/`.startsWith(`${folder}/`)).map(({ pid, born }) => ({ pid, born }));
}

async function processesNaming(folder: string): Promise<Identity[]> {
  const { stdout } = await run('ps', ['-Ao', 'pid=,command=']);
  const pids = stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => Number.parseInt(line, 10));
  const found = await Promise.all(pids.map(identify));
  return found.filter((one) => one !== null && one.pid !== process.pid) as Identity[];
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

/** The name in brackets may hold anything, so fields are counted from its last bracket. */
function parseStat(text: string): ProcessRow | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, ppid, born] = [fields[0], fields[1], fields[19]];
  if (!state || !ppid || !born || state === 'Z' || state === 'X') return null;
  return { pid: Number.parseInt(text, 10), ppid: Number(ppid), born, stopped: state === 'T' };
}

function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, ppid, state, born] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (!pid || !ppid || !state || !born || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), ppid: Number(ppid), born, stopped: state.startsWith('T') }];
  });
}
