import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { homeFolder, prepareHome } from '../home.ts';
import { MissingEngine } from '../missing-engine.ts';

const run = promisify(execFile);
const packages = ['etcd-server', 'etcd-client'];
/** Both packages, unpacked, and the packages themselves while they come. */
const install_bytes = 100_000_000;
/** Written last, with the checksums of what was unpacked. */
const marker = 'checksums';

/** One package as apt's signed index names it. */
interface Deb {
  name: string;
  file: string;
  sha256: string;
}

/**
 * The folder of the programs of Debian's packages, unpacked once below the drill home and not installed, because installing would
 * start a server. Throws MissingEngine where apt cannot give them.
 */
export async function installDebian(env: NodeJS.ProcessEnv): Promise<string> {
  await prepareHome(install_bytes);
  const engines = await homeFolder('engines');
  const known = (await readdir(engines)).filter((name) => /^etcd-[\d.]+[^/]*$/.test(name)).sort();
  for (const name of known.reverse())
    if (await readFile(join(engines, name, marker)).then(Boolean, () => false)) return join(engines, name, 'usr/bin');
  const draft = join(engines, `draft-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(draft, { mode: 0o755 });
    const debs = await listed(draft, env);
    await unpack(debs, draft, env);
    const [first] = debs;
    const folder = join(engines, `etcd-${first?.file.split('_')[1] ?? 'unknown'}`.replaceAll(/[^\w.+-]/g, '-'));
    // The first of two that race wins.
    await rename(draft, folder).catch(() => readFile(join(folder, marker)));
    return join(folder, 'usr/bin');
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** `'<address>' <file> <bytes> SHA256:<hex>`, one line a package. */
async function listed(cwd: string, env: NodeJS.ProcessEnv): Promise<Deb[]> {
  const { stdout } = await apt(['--print-uris', 'download', ...packages], cwd, env);
  const debs = packages.map((name) => {
    const [, file, sha256] = new RegExp(`' (${name}_\\S+\\.deb) \\d+ SHA256:([0-9a-f]{64})`).exec(stdout) ?? [];
    if (!file || !sha256) throw missing(`no checksum of ${name} from apt`);
    return { name, file, sha256 };
  });
  return debs;
}

async function unpack(debs: Deb[], draft: string, env: NodeJS.ProcessEnv): Promise<void> {
  await apt(['download', ...packages], draft, env);
  for (const { file, sha256 } of debs) {
    const path = join(draft, file);
    const got = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (got !== sha256) throw missing(`${file} with sha256 ${got}, which apt's index gives as ${sha256}`);
    await run('dpkg', ['-x', path, draft], { env });
    await rm(path);
  }
  await writeFile(join(draft, marker), debs.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join(''));
}

/** From the folder that it shall download to. */
function apt(words: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<{ stdout: string }> {
  return run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...words], { cwd, env: { ...env, LC_ALL: 'C' } }).catch(
    (error: NodeJS.ErrnoException & { stderr?: string }) => {
      const said = error.code === 'ENOENT' ? 'no apt-get' : (error.stderr?.trim().split('\n').at(-1) ?? error.message);
      throw missing(`none on PATH, and ${said}`);
    },
  );
}

function missing(got: string): MissingEngine {
  return new MissingEngine(
    'etcd engine',
    got,
    'etcd and etcdctl 3.4 or newer',
    'on Debian or Ubuntu run apt-get update; elsewhere install etcd, or set ETCD_BIN to the folder of its programs',
  );
}
