import { access, chmod, constants, mkdir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from '../core/errors.ts';

/** Where state lives that outlives a run: DRILL_HOME, or the platform's own state folder. An absolute path, not created. */
export function drillHome(): string {
  const chosen = process.env.DRILL_HOME;
  if (chosen) return resolve(chosen);
  if (isRoot()) return '/var/lib/quorum-drills';
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/quorum-drills');
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'quorum-drills');
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Makes the home and checks that it can be written, holds `need_bytes` more, and can be entered by the engines' user. */
export async function prepareHome(need_bytes = 0): Promise<string> {
  const home = drillHome();
  try {
    await mkdir(home, { recursive: true, mode: 0o711 });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(home, error);
  }
  if (isRoot()) await checkEntry(home);
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < need_bytes) {
    throw new BadInput(
      `free space in ${home}`,
      megabytes(bavail * bsize),
      megabytes(need_bytes),
      'free some, or set DRILL_HOME to a folder on another disk',
    );
  }
  return home;
}

/** A folder below the home, made so that the engines' user can enter but not list it. */
export async function homeFolder(...parts: string[]): Promise<string> {
  const folder = join(drillHome(), ...parts);
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return folder;
}

/** PostgreSQL refuses root, so every folder on the way must let another user pass; the home itself is ours to open. */
async function checkEntry(home: string): Promise<void> {
  await chmod(home, (await stat(home)).mode | 0o001);
  for (let folder = home; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) {
      throw new BadInput(
        'drill home',
        `${home} below ${folder}, which only its owner may enter`,
        'a folder that user 65534 can enter',
        `run chmod o+x ${folder}, or set DRILL_HOME to another folder`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

function unwritable(folder: string, error: unknown): BadInput {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new BadInput(
    'drill home',
    `${folder} (${code})`,
    'a folder that can be written',
    'set DRILL_HOME to one, or mend its permissions',
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000)} MB`;
}
