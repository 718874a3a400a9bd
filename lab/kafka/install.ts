import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MissingEngine } from '../missing-engine.ts';
import type { Artifact } from './artifacts.ts';

const central = 'https://repo.maven.apache.org/maven2';
const at_once = 6;
const tries = 3;
/** The longest that a download may stand still. */
const silence_ms = 30_000;

/** File name of a jar, as Maven calls it. */
export function jarName([coordinates]: Artifact): string {
  const [, artifact, version] = coordinates.split(':');
  return `${artifact}-${version}.jar`;
}

/**
 * Makes sure that the folder holds every jar whole, and downloads from DRILL_MAVEN or Maven Central what it does not. Each is checked
 * before it gets its name, so that two programs may install at once. Throws MissingEngine where one cannot be had.
 */
export async function install(artifacts: Artifact[], folder: string, from = process.env.DRILL_MAVEN || central): Promise<string[]> {
  const left = [...artifacts];
  const failed = new AbortController();
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next && !failed.signal.aborted; next = left.shift()) await installOne(next, folder, from, failed.signal);
  };
  const done = Array.from({ length: at_once }, () =>
    worker().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const first = (await Promise.allSettled(done)).find((one) => one.status === 'rejected' && !isAbort(one.reason));
  if (first?.status === 'rejected') throw first.reason;
  return artifacts.map((artifact) => join(folder, jarName(artifact)));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function installOne(artifact: Artifact, folder: string, from: string, stopped: AbortSignal): Promise<void> {
  const path = join(folder, jarName(artifact));
  const [, wanted, bytes] = artifact;
  if ((await digest(path).catch(() => null))?.sha256 === wanted) return;
  const url = `${from.replace(/\/$/, '')}/${remotePath(artifact)}`;
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const got = await download(url, draft, stopped).then(
        () => digest(draft),
        (error: unknown) => explained(error),
      );
      stopped.throwIfAborted();
      if (typeof got === 'object' && got.sha256 === wanted) break;
      if (attempt < tries && (typeof got === 'string' || got.bytes < bytes)) continue;
      throw typeof got === 'string' ? unreachable(url, got) : mismatch(url, got, { sha256: wanted, bytes });
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function remotePath(artifact: Artifact): string {
  const [group, name, version] = artifact[0].split(':');
  return `${group?.replaceAll('.', '/')}/${name}/${version}/${jarName(artifact)}`;
}

async function download(url: string, to: string, stopped: AbortSignal): Promise<void> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(new Error(`nothing for ${silence_ms} ms`)), silence_ms);
  const response = await fetch(url, { signal: AbortSignal.any([stopped, silent.signal]) });
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const file = await open(to, 'w', 0o644);
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(new Error(`nothing for ${silence_ms} ms`)), silence_ms);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

interface Digest {
  sha256: string;
  bytes: number;
}

async function digest(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(path), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { sha256: hash.digest('hex'), bytes };
}

/** fetch hides the reason in the cause of what it throws. */
function explained(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
}

function unreachable(url: string, got: string): MissingEngine {
  return new MissingEngine(
    'Apache Kafka',
    `no ${url} (${got})`,
    'its jars from Maven Central',
    'set KAFKA_HOME to an unpacked Apache Kafka 4, or DRILL_MAVEN to a mirror, or NODE_USE_ENV_PROXY=1 behind a proxy',
  );
}

function mismatch(url: string, got: Digest, wanted: Digest): MissingEngine {
  return new MissingEngine(
    `checksum of ${url}`,
    `sha256 ${got.sha256} of ${got.bytes} bytes`,
    `sha256 ${wanted.sha256} of ${wanted.bytes} bytes`,
    'nothing of it was kept; look at what stands between here and Maven Central, or set DRILL_MAVEN to a mirror',
  );
}
