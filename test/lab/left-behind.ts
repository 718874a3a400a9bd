import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { processesIn } from '../../lab/process.ts';

/** Processes that work below the lab's cluster folders, and what a run should have removed. */
export async function leftBehind(home: string): Promise<{ processes: number[]; folders: string[]; journals: string[] }> {
  const list = (name: string): Promise<string[]> => readdir(join(home, name)).catch(() => []);
  const processes = await processesIn(join(home, 'clusters'));
  return { processes: processes.map(({ pid }) => pid), folders: await list('clusters'), journals: await list('journal') };
}
