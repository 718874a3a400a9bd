import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialsOf } from '../../probe/etcd/credentials.ts';
import { type EtcdMember, membersOf, membersText } from '../../probe/etcd/members.ts';
import { Rotation } from '../../probe/etcd/rotation.ts';

test('members go into one text and come back', () => {
  const text = membersText([
    { name: 'etcd-1', url: 'http://127.0.0.1:2379' },
    { name: 'etcd-2', url: 'https://[::1]:2380/' },
    { name: 'c', url: 'https://etcd.example.com:1' },
  ]);
  expect(membersOf(text)).toEqual([
    { name: 'etcd-1', secure: false, host: '127.0.0.1', port: 2379 },
    { name: 'etcd-2', secure: true, host: '::1', port: 2380 },
    { name: 'c', secure: true, host: 'etcd.example.com', port: 1 },
  ]);
});

test.each([
  ['', 'nothing'],
  ['http://127.0.0.1:2379', 'no name, host and port in place 1'],
  ['a=http://127.0.0.1:2379,b=127.0.0.1:2380', 'no name, host and port in place 2'],
  ['a=http://user:secret@127.0.0.1:2379', 'no name, host and port in place 1'],
  ['a=http://127.0.0.1', 'no name, host and port in place 1'],
  ['a=http://127.0.0.1:0', 'no name, host and port in place 1'],
  ['a=http://127.0.0.1:65536', 'no name, host and port in place 1'],
  ['a=http://h:1,a=http://h:2', 'a twice'],
])('%j is refused, and kept out of the message', (text, got) => {
  expect(() => membersOf(text, 'address of writes')).toThrow(
    `address of writes: got ${got}, wanted name=http://host:port,name=https://host:port; mend the endpoints`,
  );
});

const members = membersOf('a=http://h:1,b=http://h:2,c=http://h:3');
const [a, b, c] = members as [EtcdMember, EtcdMember, EtcdMember];

test('a lane stays with a member until that one fails, and hears late words about it no more', () => {
  const rotation = new Rotation(members, 4);
  expect(rotation.current).toBe(b);
  rotation.leave(b, 0);
  expect(rotation.current).toBe(c);
  rotation.leave(b, 0);
  expect(rotation.current).toBe(c);
});

test('a member that let nobody in is left out for a second, unless none other is left', () => {
  const rotation = new Rotation(members, 0);
  rotation.shun(a, 0);
  rotation.leave(b, 10);
  rotation.leave(c, 20);
  expect(rotation.current).toBe(b);
  rotation.leave(b, 999);
  expect(rotation.current).toBe(c);
  rotation.leave(c, 1000);
  expect(rotation.current).toBe(a);
  for (const member of [a, b, c]) rotation.shun(member, 2000);
  expect(members).toContain(rotation.current);
});

test('one who was let in comes back at once', () => {
  const rotation = new Rotation(members, 0);
  rotation.shun(a, 0);
  rotation.welcome(a, 1);
  rotation.leave(b, 1);
  rotation.leave(c, 2);
  expect(rotation.current).toBe(a);
});

test('one who lets somebody in takes the place of a current member that does not', () => {
  const rotation = new Rotation(members, 0);
  for (const member of [a, b, c]) rotation.shun(member, 0);
  rotation.welcome(c, 1);
  expect(rotation.current).toBe(c);
  rotation.welcome(b, 2);
  expect(rotation.current).toBe(c);
});

test('an attempt goes through all members once, beginning with the current', () => {
  const rotation = new Rotation(members, 1);
  const tried = new Set<EtcdMember>();
  for (const expected of [b, c, a]) {
    const next = rotation.untried(tried);
    expect(next).toBe(expected);
    if (next) tried.add(next);
  }
  expect(rotation.untried(tried)).toBeUndefined();
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'etcd-tls-'));
  await writeFile(join(folder, 'cert'), '-----BEGIN CERTIFICATE-----\nx\n');
  await writeFile(join(folder, 'key'), '-----BEGIN EC PRIVATE KEY-----\nx\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('certificates by file: what is none is refused by its name, before anything is opened', async () => {
  const [cert, key] = [join(folder, 'cert'), join(folder, 'key')];
  expect(await credentialsOf(undefined)).toEqual({});
  await expect(credentialsOf({ ca: cert, cert, key })).rejects.toThrow("etcd's TLS files: got ERR_OSSL_");
  await expect(credentialsOf({ ca: cert, cert, key: join(folder, 'none') })).rejects.toThrow(
    "etcd's TLS file key: got ENOENT, wanted a PEM file with a PRIVATE KEY; name the right file for key",
  );
  await expect(credentialsOf({ ca: key, cert, key })).rejects.toThrow("etcd's TLS file ca: got another kind of text");
  await expect(credentialsOf({ ca: cert, cert: folder, key })).rejects.toThrow("etcd's TLS file cert: got EISDIR");
});
