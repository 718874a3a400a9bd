import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { MissingEngine } from '../missing-engine.ts';
import { installDebian } from './install.ts';

/** etcd's programs by absolute path, and its own version such as `3.4.23`. */
export interface EtcdEngine {
  bin: string;
  etcd: string;
  etcdctl: string;
  /** The offline tool, which came with 3.5; null before. */
  etcdutl: string | null;
  version: string;
}

const run = promisify(execFile);
const least = [3, 4] as const;

/** The etcd in ETCD_BIN (a folder), on PATH, or of the Debian packages, unpacked but never installed; throws MissingEngine where none can be had. */
export async function findEtcd(env: NodeJS.ProcessEnv = process.env): Promise<EtcdEngine> {
  if (env.ETCD_BIN) return inFolder(resolve(env.ETCD_BIN), 'ETCD_BIN');
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean))
    if (await runnable(join(folder, 'etcd'))) return inFolder(folder, 'etcd on PATH');
  return inFolder(await installDebian(env), 'the Debian packages');
}

async function inFolder(bin: string, source: string): Promise<EtcdEngine> {
  const [etcd, etcdctl, etcdutl] = ['etcd', 'etcdctl', 'etcdutl'].map((name) => join(bin, name)) as [string, string, string];
  const missing = [];
  for (const path of [etcd, etcdctl]) if (!(await runnable(path))) missing.push(path);
  if (missing.length > 0) throw unfit(source, `no ${missing.join(' and no ')}`);
  const version = await versionOf(etcd, '--version', source);
  const tool = await versionOf(etcdctl, 'version', source);
  if (tool !== version) throw unfit(source, `etcd ${version} and etcdctl ${tool} in ${bin}`);
  return { bin, etcd, etcdctl, etcdutl: (await runnable(etcdutl)) ? etcdutl : null, version };
}

async function versionOf(program: string, flag: string, source: string): Promise<string> {
  const said = await run(program, [flag], { env: { LC_ALL: 'C', ETCDCTL_API: '3', ...unsupported } }).then(
    ({ stdout }) => stdout,
    (error: NodeJS.ErrnoException) => {
      throw unfit(source, `${program}, which does not run (${error.code ?? error.message})`);
    },
  );
  const [version, major, minor] = /\d+\.\d+(?:\.\d+)?/.exec(said)?.[0].match(/^(\d+)\.(\d+).*/) ?? [];
  if (!version) throw unfit(source, `${program}, which says ${said.split('\n')[0] || 'nothing'}`);
  const [a, b] = least;
  if (Number(major) < a || (Number(major) === a && Number(minor) < b)) throw unfit(source, `version ${version} in ${program}`);
  return version;
}

/** etcd 3.4 runs on other processors than amd64 only when told so. */
export const unsupported: { [name: string]: string } = process.arch === 'x64' ? {} : { ETCD_UNSUPPORTED_ARCH: process.arch };

function runnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function unfit(source: string, got: string): MissingEngine {
  return new MissingEngine(
    'etcd engine',
    `${got} (from ${source})`,
    `etcd and etcdctl of one version, ${least.join('.')} or newer`,
    'set ETCD_BIN to a folder with both, or leave it out and, on Debian, the packages etcd-server and etcd-client are unpacked',
  );
}
