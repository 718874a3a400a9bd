import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findEtcd } from '../../lab/etcd/binaries.ts';
import { MissingEngine } from '../../lab/missing-engine.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-etcd-'));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** A folder of programs that print what they are told to. */
async function programs(name: string, says: { [program: string]: string }): Promise<string> {
  const bin = join(folder, name);
  await mkdir(bin, { recursive: true });
  for (const [program, text] of Object.entries(says)) {
    await writeFile(join(bin, program), `#!/bin/sh\nprintf '%s\\n' '${text}'\n`);
    await chmod(join(bin, program), 0o755);
  }
  return bin;
}

describe('an etcd that does not do is named, with what would', () => {
  test.for([
    ['too old', { etcd: 'etcd Version: 3.3.27', etcdctl: 'etcdctl version: 3.3.27' }, /version 3\.3\.27 in .*wanted .* 3\.4 or newer/],
    ['older still', { etcd: 'etcd Version: 2.3.8', etcdctl: 'etcdctl version: 2.3.8' }, /version 2\.3\.8/],
    ['of two versions', { etcd: 'etcd Version: 3.5.1', etcdctl: 'etcdctl version: 3.4.23' }, /etcd 3\.5\.1 and etcdctl 3\.4\.23/],
    ['without its client', { etcd: 'etcd Version: 3.5.1' }, /no .*etcdctl/],
    ['something else', { etcd: 'hello', etcdctl: 'hello' }, /says hello/],
    ['nothing', {}, /no .*etcd and no .*etcdctl/],
  ] as const)('%s', async ([name, says, wanted]) => {
    const bin = await programs(name.replaceAll(' ', '-'), says);
    const error = await findEtcd({ ETCD_BIN: bin }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingEngine);
    expect(String(error)).toMatch(wanted);
    expect(String(error)).toContain('set ETCD_BIN');
  });

  test('none at all: what installs it is named, and no half copy stays', async () => {
    vi.stubEnv('DRILL_HOME', join(folder, 'home'));
    await expect(findEtcd({ PATH: join(folder, 'empty') })).rejects.toThrow(/none on PATH, and no apt-get.*apt-get update/);
    expect(await readdir(join(folder, 'home', 'engines'))).toEqual([]);
  });
});

describe('an etcd that does is taken', () => {
  test('from ETCD_BIN, with the offline tool where there is one', async () => {
    const says = { etcd: 'etcd Version: 3.6.1', etcdctl: 'etcdctl version: 3.6.1' };
    const without = await programs('without', says);
    const bin = await programs('with', { ...says, etcdutl: 'etcdutl version: 3.6.1' });
    expect(await findEtcd({ ETCD_BIN: without })).toMatchObject({ version: '3.6.1', etcdutl: null });
    expect(await findEtcd({ ETCD_BIN: bin })).toMatchObject({ version: '3.6.1', etcdutl: join(bin, 'etcdutl') });
  });

  test('from PATH', async () => {
    const bin = await programs('path', { etcd: 'etcd Version: 3.4.0', etcdctl: 'etcdctl version: 3.4.0' });
    expect(await findEtcd({ PATH: `${join(folder, 'empty')}:${bin}` })).toMatchObject({ version: '3.4.0', bin });
  });

  test('from the packages, unpacked once under their checksums', async () => {
    const first = await findEtcd();
    expect(first.version).toMatch(/^3\.\d+\.\d+$/);
    if (first.bin.includes('engines')) {
      const checksums = await readFile(join(first.bin, '../../checksums'), 'utf8');
      expect(checksums).toMatch(/^[0-9a-f]{64} {2}etcd-server_\S+\.deb\n[0-9a-f]{64} {2}etcd-client_\S+\.deb\n$/);
    }
    expect(await findEtcd()).toEqual(first);
  });
});
