import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/** There is no Python that could run an emulator; nothing was installed. */
export class PythonMissing extends Error {
  override name = 'PythonMissing' as const;
}

/** Longest an installation may take. */
const install_limit_ms = 600_000;

/**
 * The interpreter of an environment of its own that holds exactly these packages, each pinned as `name==version`; installed
 * from PyPI on first use and kept in node_modules/.cache. Throws PythonMissing.
 */
export async function pythonEnvironment(name: string, packages: string[]): Promise<string> {
  const python3 = await findPython();
  const folder = join(cache, name);
  const python = join(folder, 'bin', 'python');
  const wanted = `${packages.join('\n')}\n`;
  if ((await installed(folder)) === wanted) return python;
  await mkdir(cache, { recursive: true });
  // Installed beside and moved, so that one cut short is never taken for whole; the moved one's own paths still work from `python -m`.
  const fresh = `${folder}.${process.pid}`;
  try {
    await run(python3, ['-m', 'venv', fresh], { timeout: install_limit_ms });
    await run(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages], { timeout: install_limit_ms });
    await writeFile(join(fresh, 'packages.txt'), wanted);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return python;
}

async function installed(folder: string): Promise<string | null> {
  try {
    await access(join(folder, 'bin', 'python'));
    return await readFile(join(folder, 'packages.txt'), 'utf8');
  } catch {
    return null;
  }
}

async function findPython(): Promise<string> {
  for (const name of ['python3', 'python']) {
    const found = await run(name, ['-c', 'import sys, venv; print(sys.version_info >= (3, 10))']).catch(() => null);
    if (found?.stdout.trim() === 'True') return name;
  }
  throw new PythonMissing('python: got none that runs, wanted python3 3.10 or newer with venv; install it and run again');
}
