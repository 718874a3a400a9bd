import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Link } from '../../lab/link.ts';

const run = promisify(execFile);
let server: Server;
let port: number;
let accepted: Socket[];
const open: { destroy(): void }[] = [];
const links: Link[] = [];

beforeEach(async () => {
  accepted = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    accepted.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});

afterEach(async () => {
  for (const socket of [...open.splice(0), ...accepted]) socket.destroy();
  await Promise.all(links.splice(0).map((link) => link.close()));
  await new Promise((resolve) => server.close(resolve));
});

async function linked(to: () => number | null = () => port): Promise<Link> {
  const link = await Link.open('standby', 'writer', to);
  links.push(link);
  return link;
}

/** A client and the server's end of its connection, with what each has received. */
async function connected(through: number): Promise<{ near: Socket; far: Socket; got: { near: Buffer[]; far: Buffer[] } }> {
  const coming = once(server, 'connection');
  const near = await dial(through);
  const [far] = (await coming) as [Socket];
  const got = { near: [] as Buffer[], far: [] as Buffer[] };
  near.on('data', (chunk: Buffer) => got.near.push(chunk));
  far.on('data', (chunk: Buffer) => got.far.push(chunk));
  return { near, far, got };
}

async function dial(through: number): Promise<Socket> {
  const near = createConnection({ host: '127.0.0.1', port: through, allowHalfOpen: true });
  near.on('error', () => {});
  open.push(near);
  await once(near, 'connect');
  return near;
}

/** How a socket ended: the code of its error, or none. */
function closing(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => socket.once('close', () => resolve((socket.errored as NodeJS.ErrnoException | null)?.code)));
}

/** Proves that whatever was written before has had its time: a byte there and back beside it. */
async function roundTrip(): Promise<void> {
  const { near, far } = await connected(port);
  for (let turn = 0; turn < 5; turn += 1) {
    near.write('?');
    await once(far, 'data');
    far.write('!');
    await once(near, 'data');
  }
  near.destroy();
}

const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString();
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('an open link', () => {
  test.each([0, 20])('hands on every byte in order and the end, with a delay of %i ms', async (delay) => {
    const link = await linked();
    link.delay(delay);
    const { near, far, got } = await connected(link.port);
    const sent = randomBytes(3_000_000);
    far.end(sent);
    await once(near, 'end');
    near.end('thanks');
    await once(far, 'end');
    expect(sum(Buffer.concat(got.near))).toBe(sum(sent));
    expect(text(got.far)).toBe('thanks');
    expect(link.passed_bytes).toBe(sent.length + 6);
  });

  test('holds the sender back while the receiver does not read, and loses nothing', async () => {
    const link = await linked();
    const { near, far } = await connected(link.port);
    near.pause();
    near.removeAllListeners('data');
    const sent = 96_000_000;
    far.end(Buffer.alloc(sent));
    await roundTrip();
    expect(link.passed_bytes).toBeLessThan(sent);
    let received = 0;
    near.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    near.resume();
    await once(near, 'end');
    expect(received).toBe(sent);
  });

  test('resets whoever dials a host that is not there', async () => {
    const link = await linked(() => null);
    const near = createConnection({ host: '127.0.0.1', port: link.port });
    near.on('error', () => {});
    expect(await closing(near)).toBe('ECONNRESET');
  });
});

describe('a cut link', () => {
  test('loses every byte both ways and tells nobody; healed, it resets what has a hole in it', async () => {
    const link = await linked();
    const { near, far, got } = await connected(link.port);
    near.write('before');
    await once(far, 'data');
    link.cut();
    const passed = link.passed_bytes;
    near.write('lost');
    far.write('lost');
    await roundTrip();
    expect({ near: text(got.near), far: text(got.far), passed: link.passed_bytes }).toEqual({ near: '', far: 'before', passed });
    expect([near.destroyed, far.destroyed]).toEqual([false, false]);
    const ended = closing(near);
    link.heal();
    expect(await ended).toBe('ECONNRESET');
  });

  test('takes new connections and answers none of them, nor reaches the other end', async () => {
    const link = await linked();
    link.cut();
    const near = await dial(link.port);
    near.write('anybody?');
    await roundTrip();
    expect({ destroyed: near.destroyed, reached: accepted.length }).toEqual({ destroyed: false, reached: 1 });
    const ended = closing(near);
    link.heal();
    expect(await ended).toBe('ECONNRESET');
  });

  test('healed, carries new connections', async () => {
    const link = await linked();
    link.cut();
    link.heal();
    const { near, far } = await connected(link.port);
    far.write('welcome');
    const [chunk] = await once(near, 'data');
    expect(String(chunk)).toBe('welcome');
  });

  test('does not tell one end that the other has closed', async () => {
    const link = await linked();
    const { near, far } = await connected(link.port);
    link.cut();
    far.destroy();
    await roundTrip();
    expect(near.destroyed || near.readableEnded).toBe(false);
  });
});

describe('the loss of a host', () => {
  const long_ms = 3_600_000;

  test('loses what the link still holds', async () => {
    const link = await linked();
    link.delay(long_ms);
    const { near, far, got } = await connected(link.port);
    far.write('acknowledged but on the way');
    await roundTrip();
    link.vanish();
    link.delay(0);
    far.write('and what came after');
    await roundTrip();
    expect(text(got.near)).toBe('');
    const ended = closing(near);
    link.reset();
    expect(await ended).toBe('ECONNRESET');
    expect(link.passed_bytes).toBe(0);
  });

  test('is needed for that: a link that only delays hands it on (must-fail twin)', async () => {
    const link = await linked();
    link.delay(20);
    const { near, far } = await connected(link.port);
    far.end('acknowledged but on the way');
    const [chunk] = await once(near, 'data');
    expect(String(chunk)).toBe('acknowledged but on the way');
  });

  test('delays one way only', async () => {
    const link = await linked();
    link.delay(long_ms);
    const { near, far, got } = await connected(link.port);
    near.write('from the standby');
    await once(far, 'data');
    expect(text(got.far)).toBe('from the standby');
  });
});

test('where ports run out, none is kept and a person reads what to do', async () => {
  const network = new URL('../../lab/postgres/network.ts', import.meta.url).href;
  const names = Array.from({ length: 12 }, (_, i) => `pg-${i}`);
  const program = `const { Network } = await import('${network}');
    await Network.open(${JSON.stringify(names)}, () => null).catch((error) => process.stdout.write(error.name + ': ' + error.message));`;
  const { stdout } = await run('sh', ['-c', 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"', process.execPath, program]);
  expect(stdout).toBe(
    'BadInput: loopback port: got EMFILE, wanted a free port on 127.0.0.1; close programs that hold ports, or raise the limit on open files, and run again',
  );
});

test('closing ends every connection and frees the port', async () => {
  const link = await Link.open('a', 'b', () => port);
  const { near } = await connected(link.port);
  const ended = closing(near);
  await link.close();
  expect(await ended).toBe('ECONNRESET');
  await expect(dial(link.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
