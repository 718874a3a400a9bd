import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EtcdRig } from '../../core/drill.ts';
import type { EtcdEngine } from './binaries.ts';
import type { Certificates } from './certificates.ts';
import type { Place } from './settings.ts';

/** The one procedure: the same text runs on the instances of a cluster on AWS. */
export const restoreScript = fileURLToPath(new URL('../../workflow/restore.sh', import.meta.url));

/** The procedure refused, and touched nothing live; the message is its one line. */
export class Refused extends Error {}

/** Refused because the snapshot is no backup: its hash is another, or it does not restore. */
export class Unrestorable extends Refused {}

/** What a snapshot's manifest tells. */
export interface Manifest {
  sha256: string;
  bytes: number;
  revision: number;
}

/** How many keys one member holds, and a hash over keys, values and revisions. */
export interface Fingerprint {
  keys: number;
  sha256: string;
}

const run = promisify(execFile);
const limit_ms = 600_000;

type Values = { [name: string]: string };

/** workflow/restore.sh on this machine, over one sealed snapshot; what is in the clear lies below `folder` until `clean`. */
export class Procedure {
  readonly folder: string;
  #env: Values;

  private constructor(folder: string, env: Values) {
    this.folder = folder;
    this.#env = env;
  }

  /** Makes the folder and a key of its own. `env` goes before all else. */
  static async prepare(folder: string, engine: EtcdEngine, certificates: Certificates | null, env: Values = {}): Promise<Procedure> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const key = join(folder, 'key');
    await writeFile(key, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    const { ca = '', client = { cert: '', key: '' } } = certificates ?? {};
    return new Procedure(folder, {
      PATH: process.env.PATH ?? '',
      ETCDCTL: engine.etcdctl,
      ETCDUTL: engine.etcdutl ?? engine.etcdctl,
      SNAPSHOT: join(folder, 'snapshot.sealed'),
      SNAPSHOT_KEY: key,
      TOKENS: join(folder, 'tokens'),
      WORK: join(folder, 'work'),
      ...(certificates && { CACERT: ca, CERT: client.cert, KEY: client.key }),
      ...env,
    });
  }

  async save(endpoint: string): Promise<Manifest> {
    return manifest(await this.#run(['save'], { ENDPOINT: endpoint }));
  }

  /** The snapshot as a defect before its hash was taken would have left it, so that only restoring it can tell. */
  async damage(how: NonNullable<EtcdRig['damage_snapshot']>): Promise<Manifest> {
    await this.#run(['open']);
    const plain = join(this.#env.WORK ?? '', 'snapshot.db');
    await (how === 'truncate' ? truncateFile(plain) : flipByte(plain));
    return manifest(await this.#run(['seal']));
  }

  /** Compares the snapshot with its hashes and lays it in the clear below the folder, for whatever comes next. */
  async open(): Promise<void> {
    await this.#run(['open']);
  }

  /** Rejects with Unrestorable where the snapshot does not restore. */
  async verify(): Promise<void> {
    await this.#run(['verify']);
  }

  /** Makes one stopped member's data; answers with the revision that it begins at. */
  async restore({ name, peer_url }: Place, data: string, members: string, token: string): Promise<number> {
    const env = { NAME: name, PEER_URL: peer_url, INITIAL_CLUSTER: members, TOKEN: token, DATA_DIR: data };
    const { revision } = await this.#run(['restore', '--in-place'], env);
    return Number(revision);
  }

  async health(endpoint: string): Promise<void> {
    await this.#run(['health'], { ENDPOINT: endpoint });
  }

  async fingerprint(endpoint: string, revision: number): Promise<Fingerprint> {
    const { keys, sha256 = '' } = await this.#run(['fingerprint'], { ENDPOINT: endpoint, REVISION: `${revision}` });
    return { keys: Number(keys), sha256 };
  }

  /** Removes all that is in the clear, and the snapshot. */
  async clean(): Promise<void> {
    await this.#run(['clean', '--snapshot']);
  }

  async #run(words: string[], env: Values = {}): Promise<Values> {
    // In its folder, so that a program that was killed leaves nothing that the next one does not find.
    const options = { cwd: this.folder, env: { ...this.#env, ...env }, timeout: limit_ms, maxBuffer: 1_000_000 };
    const { stdout } = await run('bash', [restoreScript, ...words], options).catch((error: Error & { code?: number; stderr?: string }) => {
      const said = error.stderr?.trim().split('\n').at(-1) ?? error.message;
      const line = said.replace(/^refused: /, '');
      if (error.code === 4) throw new Unrestorable(line);
      throw error.code === 3 ? new Refused(line) : new Error(`restore.sh ${words[0]}: ${said}`, { cause: error });
    });
    return Object.fromEntries(stdout.split('\n').flatMap((line) => (line.includes('=') ? [halves(line)] : [])));
  }
}

function halves(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function manifest({ sha256 = '', bytes, revision }: Values): Manifest {
  return { sha256, bytes: Number(bytes), revision: Number(revision) };
}

/** Of a copy that broke off. */
async function truncateFile(path: string): Promise<void> {
  await truncate(path, Math.floor((await stat(path)).size / 2));
}

/** In the middle, where the keys lie. */
async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const at = Math.floor((await file.stat()).size / 2);
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 0xff]), 0, 1, at);
    await file.sync();
  } finally {
    await file.close();
  }
}
