import { rmSync } from 'node:fs';
import { type Identity, killTreeNow, processesNow, signal } from './process.ts';

/** Something of ours that must not outlive the program. */
export interface Mortal {
  processes(): Identity[];
  folder: string;
}

const mortals = new Set<Mortal>();
const deaths: { [signal in 'SIGINT' | 'SIGTERM' | 'SIGHUP']: number } = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** From now until `spare`, whatever way the program ends short of SIGKILL, these processes end and the folder goes. */
export function reapOnExit(mortal: Mortal): void {
  if (mortals.size === 0) process.on('exit', reapNow);
  mortals.add(mortal);
}

export function spare(mortal: Mortal): void {
  mortals.delete(mortal);
  if (mortals.size === 0) process.off('exit', reapNow);
}

/** Turns signals that would end the program unheard into an orderly exit. A caller that heals first installs its own instead. */
export function exitOnSignals(): void {
  for (const [name, code] of Object.entries(deaths)) process.once(name, () => process.exit(code));
}

/** Asked to end first, so that the engines give back their shared memory, then killed. */
function reapNow(): void {
  const all = [...mortals].flatMap((mortal) => mortal.processes());
  for (const { pid } of all) {
    signal(pid, 'SIGQUIT');
    signal(pid, 'SIGCONT');
  }
  for (let tries = 0; tries < 50 && all.length > 0 && anyAlive(all); tries += 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  for (const who of all) killTreeNow(who);
  for (const { folder } of mortals) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function anyAlive(all: Identity[]): boolean {
  const born = new Map(processesNow().map((row) => [row.pid, row.born]));
  return all.some((who) => born.get(who.pid) === who.born);
}
