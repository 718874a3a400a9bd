import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tool } from './etcd-tool.ts';

const script = fileURLToPath(new URL('../../workflow/restore.sh', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-restore-'));
  await writeFile(join(folder, 'etcdctl'), tool);
  await chmod(join(folder, 'etcdctl'), 0o755);
  await writeFile(join(folder, 'key'), 'a key\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Said {
  code: number;
  out: string;
  err: string;
}

function run(words: string[], env: { [name: string]: string | undefined } = {}): Promise<Said> {
  const all: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    ETCDCTL: join(folder, 'etcdctl'),
    ETCDUTL: join(folder, 'no-etcdutl'),
    SNAPSHOT: join(folder, 'sealed'),
    SNAPSHOT_KEY: join(folder, 'key'),
    TOKENS: join(folder, 'tokens'),
    WORK: join(folder, 'work'),
    ENDPOINT: 'http://127.0.0.1:9',
    NAME: 'scratch-1',
    PEER_URL: 'http://10.0.0.2:2380',
    INITIAL_CLUSTER: 'scratch-1=http://10.0.0.2:2380',
    TOKEN: 'new-token',
    DATA_DIR: join(folder, 'data'),
    LIVE: 'none',
    ...env,
  };
  return new Promise((resolve) => {
    execFile('bash', [script, ...words], { env: all }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const db = () => join(folder, 'work', 'snapshot.db');
const files = async (): Promise<string[]> => (await readdir(folder)).sort();

test('saves under its own hash, sealed; the work folder holds nothing then', async () => {
  const { code, out, err } = await run(['save']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^sha256=\w{64}\nsealed_sha256=\w{64}\nbytes=13\nrevision=41\nsaved_at_s=\d+\netcd_version=3\.4\.23\n$/);
  expect(await readFile(join(folder, 'sealed.manifest'), 'utf8')).toBe(out);
  expect(await readFile(join(folder, 'sealed'), 'latin1')).not.toContain('content');
  expect(await readdir(join(folder, 'work'))).toEqual([]);
});

test('verifies, restores and cleans, each with its own short account', async () => {
  await run(['save']);
  expect((await run(['verify'])).out).toMatch(/\nrestores=yes\n$/);
  expect(await run(['restore'])).toEqual({ code: 0, out: 'member=scratch-1\nrevision=41\n', err: '' });
  expect(await readFile(join(folder, 'data/member/snap/db'), 'utf8')).toContain('--initial-cluster-token=new-token');
  expect(await readFile(join(folder, 'tokens'), 'utf8')).toBe('scratch-1 new-token\n');
  expect(await run(['clean', '--snapshot'])).toEqual({ code: 0, out: '', err: '' });
  expect(await files()).toEqual(['data', 'etcdctl', 'key', 'tokens']);
});

test('bumps the revision and marks it compacted only where the tool knows both', async () => {
  await run(['save']);
  const newer = { HELP: '--bump-revision --mark-compacted' };
  expect((await run(['restore'], newer)).out).toBe('member=scratch-1\nrevision=1000000041\n');
  expect(await readFile(join(folder, 'data/member/snap/db'), 'utf8')).toContain('--bump-revision=1000000000 --mark-compacted');
  const again = { ...newer, BUMP_REVISION: '0', DATA_DIR: join(folder, 'more'), TOKEN: 'another' };
  expect((await run(['restore'], again)).out).toBe('member=scratch-1\nrevision=41\n');
});

/** One wrong key in 256 leaves padding that looks right, and then the hash tells. */
const wrongKey = /does not open with the key|^sha256 of the snapshot is/;

/** What refuses a snapshot because it does not restore, whatever else is in order: 4, all else 3. */
const damaged = /^sha256 of the|does not restore/;

/** What is done to a saved snapshot or its surroundings, and the one line that refuses it. */
const refusals: [name: string, words: string[], env: { [name: string]: string }, damage: () => Promise<unknown>, line: RegExp][] = [
  ['not enough disk to verify', ['verify'], { FREE_BYTES: '99' }, async () => {}, /^not enough disk in .*: 99 bytes free, \d+ needed$/],
  ['not enough disk to restore', ['restore'], { FREE_BYTES: '99' }, async () => {}, /^not enough disk/],
  ['tools of another version', ['verify'], { TOOL_VERSION: '3.6.1' }, async () => {}, /^a snapshot of etcd 3\.4\.23, and tools of 3\.6\.1/],
  ['another hash wanted', ['verify'], { SHA256: 'abc' }, async () => {}, /^sha256 in the manifest is \w{64}, wanted abc$/],
  [
    'a sealed byte flipped',
    ['verify'],
    {},
    () => writeFile(join(folder, 'sealed'), 'another'),
    /^sha256 of the sealed snapshot is \w{64}, saved as/,
  ],
  [
    'a byte flipped in the clear',
    ['verify'],
    {},
    async () => {
      await run(['open']);
      await writeFile(db(), 'c0ntent whole');
    },
    /^sha256 of the snapshot is \w{64}, saved as/,
  ],
  [
    'damaged before its hash was taken',
    ['verify'],
    {},
    async () => {
      await run(['open']);
      await writeFile(db(), 'content who');
      await run(['seal']);
    },
    /^the snapshot with sha256 \w{64} does not restore: Error: expected sha256 01ff10, got 0200$/,
  ],
  [
    "the tool's own crash",
    ['verify'],
    { CRASH: '1' },
    async () => {},
    /does not restore: etcd's own tool crashed \(unexpected fault address/,
  ],
  ['a crash in restoring', ['restore'], { CRASH: '1' }, async () => {}, /does not restore: etcd's own tool crashed/],
  ['a signal', ['verify'], { SIGNAL: 'BUS' }, async () => {}, /does not restore: etcd's own tool crashed \(signal \d+\)$/],
  ['another key', ['verify'], {}, () => writeFile(join(folder, 'key'), 'other\n'), wrongKey],
  ['no key', ['verify'], {}, () => rm(join(folder, 'key')), /^no key in/],
  ['no snapshot', ['verify'], {}, () => rm(join(folder, 'sealed')), /^no .*sealed with its manifest$/],
  [
    'a token used before',
    ['restore'],
    {},
    () => writeFile(join(folder, 'tokens'), 'scratch-1 new-token\n'),
    /^token new-token was used for/,
  ],
  ["every cluster's token", ['restore'], { TOKEN: 'etcd-cluster' }, async () => {}, /default: choose a new one$/],
  [
    'a live member as scratch',
    ['restore'],
    {},
    () => run(['restore'], { TOKEN: 'other' }),
    /holds a live member's data: name a scratch folder/,
  ],
  [
    "a live member's address as scratch",
    ['restore'],
    { LIVE: 'http://10.0.0.1:2379', PEER_URL: 'http://10.0.0.1:2380' },
    async () => {},
    /is a member of the live cluster/,
  ],
  [
    "a live member's second address as scratch",
    ['restore'],
    { LIVE: 'http://10.0.0.1:2379', PEER_URL: 'http://10.0.0.9:2380/' },
    async () => {},
    /is a member of the live cluster/,
  ],
  [
    'a live member among the scratch ones',
    ['restore'],
    { LIVE: 'http://10.0.0.1:2379', INITIAL_CLUSTER: 'scratch-1=http://10.0.0.2:2380,scratch-2=http://10.0.0.9:2380' },
    async () => {},
    /^http:\/\/10\.0\.0\.9:2380 is a member of the live cluster/,
  ],
  ['a disk that fills up while restoring', ['verify'], { FULL: '1' }, async () => {}, /^not enough disk in .* filled up/],
  [
    'a certificate that nobody signed',
    ['save'],
    { REFUSED_TLS: '1' },
    async () => {},
    /does not answer: transport: authentication handshake failed: x509: certificate signed by unknown authority$/,
  ],
  [
    'a snapshot of tomorrow',
    ['verify'],
    {},
    async () => {
      const manifest = await readFile(join(folder, 'sealed.manifest'), 'utf8');
      await writeFile(
        join(folder, 'sealed.manifest'),
        manifest.replace(/saved_at_s=(\d+)/, (_, at) => `saved_at_s=${Number(at) + 3600}`),
      );
    },
    /^saved at \d+ s, and here it is \d+ s: the clocks differ/,
  ],
];

describe('refuses with 3, or 4 where the snapshot does not restore, in one line, and leaves the member as it was', () => {
  test.for(refusals)('%s', async ([, words, env, damage, line]) => {
    await run(['save']);
    await damage();
    const before = await readFile(join(folder, 'data/member/snap/db'), 'utf8').catch(() => null);
    const { code, out, err } = await run(words, env);
    const said = (err.trim().split('\n').at(-1) ?? '').replace(/^refused: /, '');
    expect(said).toMatch(line);
    expect({ code, out }).toEqual({ code: damaged.test(said) ? 4 : 3, out: '' });
    expect(await readFile(join(folder, 'data/member/snap/db'), 'utf8').catch(() => null)).toBe(before);
    expect((await files()).filter((name) => name.startsWith('data.'))).toEqual([]);
    expect(await readdir(join(folder, 'work')).catch(() => [])).not.toContain('throw-away');
  });
});

test('in place the old data stay beside the new, with or without a slash at the end of their name', async () => {
  await run(['save']);
  await run(['restore']);
  const env = { TOKEN: 'second', DATA_DIR: `${join(folder, 'data')}/` };
  expect(await run(['restore', '--in-place'], env)).toMatchObject({ code: 0 });
  expect((await files()).filter((name) => name.startsWith('data'))).toEqual(['data', 'data.before-second']);
});

test.for([
  [[], {}, 'usage: restore.sh save'],
  [['destroy'], {}, 'usage: restore.sh save'],
  [['restore', '--now'], {}, 'usage: restore [--in-place], not --now'],
  [['save'], { ENDPOINT: '' }, 'usage: ENDPOINT must be set'],
  [['restore'], { LIVE: '' }, 'usage: LIVE must be set'],
  [['restore'], { TOKEN: 'a/b' }, 'usage: a TOKEN of letters'],
] as const)('usage %j is 64', async ([words, env, line]) => {
  const { code, err } = await run([...words], env);
  expect(code).toBe(64);
  expect(err).toContain(line);
});

test('anything else is 70, with a line that says where', async () => {
  await run(['save']);
  const { code, err } = await run(['verify'], { WORK: join(folder, 'key', 'below-a-file') });
  expect(code).toBe(70);
  expect(err).toMatch(/failed: restore\.sh verify ended with \d+\n$/);
});
