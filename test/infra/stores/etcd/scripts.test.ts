import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { killDocument, restoreDocument, statusDocument, undoDocument } from '../../../../infra/stores/etcd/command-documents.ts';
import { AHost, scriptOf } from './a-host.ts';

const members = [
  { name: 'etcd-1', instance: 'i-1', url: 'https://10.0.1.1:2379', zone: 'a' },
  { name: 'etcd-2', instance: 'i-2', url: 'https://10.0.2.1:2379', zone: 'b' },
];
const documents = {
  status: statusDocument(members),
  undo: undoDocument(members),
  kill: killDocument(members),
  restore: restoreDocument(members, { live: 'https://10.9.0.1:2379', bucket: 'snapshots', keyArn: 'arn:key' }),
};

let host: AHost;
beforeEach(() => {
  host = new AHost();
});
afterEach(() => host.close());

describe('the documents', () => {
  test.each(Object.entries(documents))('%s: a script that sh and bash can read, short enough for Systems Manager', (_, document) => {
    for (const shell of ['sh', 'bash']) {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: scriptOf(document), encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(64 * 1_024);
  });

  test.each(Object.entries(documents))('%s: holds every line of its scripts', (name, document) => {
    const own = { status: 'status', undo: 'undo', kill: 'kill', restore: 'phases' }[name];
    for (const file of ['member', own]) {
      const text = readFileSync(new URL(`../../../../infra/stores/etcd/${file}.sh`, import.meta.url), 'utf8');
      expect(`${scriptOf(document)}\n`).toContain(text);
    }
  });

  test.each(Object.entries(documents))('%s: uses the parameters that it declares, each of a closed form', (_, document) => {
    const { parameters } = document as { parameters: { [name: string]: { allowedValues?: string[]; allowedPattern?: string } } };
    const used = [...scriptOf(document).matchAll(/\{\{ ?(\w+) ?\}\}/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(parameters).sort());
    for (const { allowedValues, allowedPattern } of Object.values(parameters)) {
      expect(allowedValues ?? allowedPattern).toBeDefined();
      for (const text of [...(allowedValues ?? []), allowedPattern ?? '']) expect(text).not.toMatch(/['`\\\n]/);
    }
  });

  test('restore lays the one procedure on the host, byte for byte', async () => {
    await host.run(documents.restore, 'i-1', { phase: 'clean', token: 'token-0001' });
    expect(host.read('var/lib/quorum-drills/restore.sh')).toBe(
      readFileSync(new URL('../../../../workflow/restore.sh', import.meta.url), 'utf8'),
    );
  });
});

describe('killing', () => {
  const kill = (instance: string, victim = 'etcd-1') => host.run(documents.kill, instance, { victim });

  test('acts on its own instance only: the member dies and stays dead, and the host would bring it back by itself', async () => {
    const etcd = await host.startEtcd();
    const died = new Promise((resolve) => etcd.once('exit', (_, signal) => resolve(signal)));
    const { code, stdout } = await kill('i-1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^from_ms=\d{13}\ngone_ms=\d{13}\nhit=etcd-1\n$/);
    expect(await died).toBe('SIGKILL');
    expect([existsSync(host.manifest), existsSync(host.aside)]).toEqual([false, true]);
    expect(host.read('log')).toMatch(/^systemd-run .*--on-active=1800 mv -n .*etcd\.yaml\.quorum-drills .*manifests\/etcd\.yaml\n$/);
  });

  test.each<[string, string, string, number, RegExp]>([
    ['the victim is another member', 'i-2', 'etcd-1', 0, /^untouched=etcd-2\n$/],
    ['the instance is no member', 'i-9', 'etcd-1', 3, /^refused: instance i-9 is no member of this target\n$/],
    ['the agent tells no instance', '', 'etcd-1', 3, /^refused: instance that tells no id is no member/],
  ])('nothing happens where %s', async (_, instance, victim, code, said) => {
    const etcd = await host.startEtcd();
    const answer = await kill(instance, victim);
    expect(answer.code).toBe(code);
    expect(answer.stdout + answer.stderr).toMatch(said);
    expect([etcd.exitCode, etcd.signalCode, existsSync(host.manifest), host.read('log')]).toEqual([null, null, true, '']);
  });

  test('several processes of etcd are nobody to guess among', async () => {
    const both = [await host.startEtcd(), await host.startEtcd()];
    expect(await kill('i-1')).toMatchObject({ code: 3, stderr: 'refused: several processes of etcd run on i-1\n' });
    expect(both.map(({ signalCode }) => signalCode)).toEqual([null, null]);
  });

  test('without a timer that brings it back nothing is killed', async () => {
    const etcd = await host.startEtcd();
    host.write('bin/systemd-run', '#!/bin/sh\nexit 1\n');
    expect(await kill('i-1')).toMatchObject({ code: 3, stderr: 'refused: systemd sets no timer that would bring etcd back\n' });
    expect([etcd.signalCode, existsSync(host.manifest)]).toEqual([null, true]);
  });

  test('undoing puts the manifest back, once and again', async () => {
    await host.startEtcd();
    await kill('i-1');
    for (const _ of [1, 2]) {
      expect(await host.run(documents.undo, 'i-1', { with: 'old' })).toMatchObject({ code: 0, stdout: 'back=etcd-1\n' });
      expect([existsSync(host.manifest), existsSync(host.aside)]).toEqual([true, false]);
    }
    expect(host.read('var/lib/etcd/member/snap/db')).toBe('old data');
    expect(host.read('log')).toContain('systemctl stop quorum-drills-back.timer');
  });
});

describe('telling', () => {
  const told = async () => JSON.parse((await host.run(documents.status, 'i-1')).stdout.replace(/:(\d{16,})/g, ':"$1"'));

  test('what etcd says, with the settings of its process, and nothing on the host changes', async () => {
    await host.startEtcd('--heartbeat-interval=250', '--election-timeout', '2500');
    expect(await told()).toMatchObject({
      timing: ['250', '2500'],
      status: [{ Status: { header: { cluster_id: '14841639068965178418' }, version: '3.5.16' } }],
      list: { members: [{ ID: 171 }] },
    });
    expect(existsSync(host.path('var/lib/quorum-drills'))).toBe(false);
  });

  test("etcd's defaults where its process sets nothing", async () => {
    await host.startEtcd();
    expect((await told()).timing).toEqual(['100', '1000']);
  });

  test('nothing of a member that does not run', async () => {
    expect(await told()).toEqual({ at_ms: expect.any(Number), timing: null, status: null, list: null });
  });
});

describe('restoring', () => {
  const live = { LIVE_PEER: 'https://10.9.0.1:2380' };
  const phase = (name: string, env: { [name: string]: string } = live) =>
    host.run(documents.restore, 'i-1', { phase: name, token: 'token-0001' }, env);

  test('phase by phase: the member comes back from the snapshot, and nothing of it is left', async () => {
    await host.startEtcd();
    const saved = await phase('save');
    expect(saved).toMatchObject({ code: 0, stderr: '' });
    expect(saved.stdout).toMatch(/^cluster_id=14841639068965178418\nsaved_at_ms=\d{13}\nsha256=\w{64}\n/);
    expect(saved.stdout).toMatch(/\nrevision=941\n[\s\S]*\nheld_keys=7\nheld_sha256=\w{64}\n$/);
    const sealed = readdirSync(host.path('snapshots/token-0001')).sort();
    expect(sealed).toEqual(['key.sealed', 'snapshot.sealed', 'snapshot.sealed.manifest']);
    for (const file of sealed) expect(host.read(`snapshots/token-0001/${file}`)).not.toContain('content');
    expect(await phase('prove')).toMatchObject({ code: 0, stdout: expect.stringContaining('restores=yes\n') });
    expect(existsSync(host.manifest)).toBe(true);
    expect((await phase('lose')).stdout).toMatch(/^revision=950\nfrom_ms=\d{13}\ngone_ms=\d{13}\nhit=etcd-1\n$/);
    expect([existsSync(host.data), host.read('var/lib/etcd.lost/member/snap/db')]).toEqual([false, 'old data']);
    // A timer would start it without its data.
    expect(host.read('log')).toBe('');
    expect(await phase('restore')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^began_ms=\d{13}\nmember=etcd-1\nrevision=941\n$/),
    });
    expect(host.read('var/lib/etcd/member/snap/db')).toMatch(
      /--name=etcd-1 .*=https:\/\/10\.0\.1\.1:2380 .*--initial-cluster-token=token-0001/,
    );
    expect((await phase('start')).stdout).toMatch(/^first_write_ms=\d{13}\nhealthy=\S+\nhealthy_ms=\d{13}\n$/);
    expect((await phase('verify')).stdout).toMatch(/^began_at_revision=941\ncluster_id=\d+\nkeys=7\nsha256=\w{64}\n$/);
    expect((await phase('clean')).code).toBe(0);
    expect(existsSync(host.path('var/lib/etcd.lost'))).toBe(false);
    expect(readdirSync(host.path('var/lib/quorum-drills')).sort()).toEqual(['lock', 'restore.sh', 'tokens']);
  });

  const untouched = (etcd: { signalCode: unknown }) =>
    expect([etcd.signalCode, existsSync(host.manifest), host.read('var/lib/etcd/member/snap/db')]).toEqual([null, true, 'old data']);

  test('a target that is a member of the live cluster is refused before anything is saved', async () => {
    const etcd = await host.startEtcd();
    const { code, stderr } = await phase('save', { LIVE_PEER: 'https://10.0.1.1:2380' });
    expect([code, stderr]).toEqual([
      3,
      'refused: https://10.0.1.1:2380 is a member of the live cluster at https://10.9.0.1:2379: name scratch instances\n',
    ]);
    untouched(etcd);
    expect(existsSync(host.path('snapshots'))).toBe(false);
  });

  test('a snapshot that does not restore ends with 4, and nothing was touched', async () => {
    const etcd = await host.startEtcd();
    await phase('save');
    const { code, stderr } = await phase('prove', { ...live, DAMAGED: 'yes' });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/^refused: the snapshot with sha256 \w{64} does not restore: .*01ff10/)]);
    untouched(etcd);
  });

  test('an earlier restore that nobody undid is not built upon', async () => {
    const etcd = await host.startEtcd();
    host.write('var/lib/etcd.lost/member/snap/db', 'older');
    expect(await phase('save')).toMatchObject({ code: 3, stderr: expect.stringContaining('an earlier restore was not undone') });
    untouched(etcd);
  });

  test.each([
    ['old', 'old data', false],
    ['new', '', true],
  ])('healing between the loss and the start puts %s data in place', async (data, found, restored) => {
    await host.startEtcd();
    for (const name of ['save', 'prove', 'lose', 'restore']) await phase(name);
    expect(await host.run(documents.undo, 'i-1', { with: data })).toMatchObject({ code: 0, stdout: 'back=etcd-1\n' });
    const db = host.read('var/lib/etcd/member/snap/db');
    expect([db === found, db.includes('--name=etcd-1'), existsSync(host.manifest)]).toEqual([!restored, restored, true]);
    expect(existsSync(host.path('var/lib/quorum-drills/key'))).toBe(false);
  });
});
