import { type Identity, identify, isAlive } from './process.ts';

const shape = /^lab:(\d+):([^:]+):(.*)$/s;

/** Names an execution so that any later program can tell whether it still runs, and where its files are. */
export async function executionHere(folder: string): Promise<string> {
  const who = await identify(process.pid);
  if (!who) throw new Error('this process cannot be found among the processes');
  return `lab:${who.pid}:${who.born.replaceAll(':', '.')}:${folder}`;
}

/** True while the program of that execution is alive; throws when the name is none of ours. */
export async function executionRunning(execution: string): Promise<boolean> {
  const { pid } = parse(execution);
  const alive = await identify(pid);
  return alive !== null && alive.born.replaceAll(':', '.') === parse(execution).born && isAlive(alive);
}

/** The folder of that execution's files. */
export function folderOf(execution: string): string {
  return parse(execution).folder;
}

function parse(execution: string): Identity & { folder: string } {
  const [, pid, born, folder] = shape.exec(execution) ?? [];
  if (!pid || !born || folder === undefined)
    throw new Error(`execution: got ${JSON.stringify(execution)}, wanted lab:<pid>:<born>:<folder>`);
  return { pid: Number(pid), born, folder };
}
