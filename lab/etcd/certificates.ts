import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BadInput } from '../../core/errors.ts';

interface Pair {
  cert: string;
  key: string;
}

/** PEM files of one cluster: its authority, the members' certificate and a client's. */
export interface Certificates {
  ca: string;
  server: Pair;
  client: Pair;
}

const run = promisify(execFile);
const days = '2';

/** Makes an authority and what it signs below `folder`, good for two days and for loopback alone. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pair = (name: string): Pair => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) });
  const authority = pair('ca');
  const subject = ['-subj', '/CN=quorum-drills lab'];
  await openssl(['req', '-x509', ...newKey(authority.key), '-out', authority.cert, '-days', days, ...subject]);
  const signed = async (name: string): Promise<Pair> => {
    const { cert, key } = pair(name);
    const [request, extensions] = [join(folder, `${name}.csr`), join(folder, `${name}.ext`)];
    // The gateway is a client of its own server and shows the server's certificate there.
    await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n');
    await openssl(['req', ...newKey(key), '-out', request, '-subj', `/CN=${name}`]);
    const by = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial'];
    await openssl(['x509', '-req', '-in', request, ...by, '-out', cert, '-days', days, '-extfile', extensions]);
    return { cert, key };
  };
  const server = await signed('server');
  const client = await signed('client');
  return { ca: authority.cert, server, client };
}

function newKey(path: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', path];
}

async function openssl(words: string[]): Promise<void> {
  await run('openssl', words).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new BadInput('openssl', 'none on PATH', 'OpenSSL 1.1.1 or newer', 'install the package openssl');
    throw error;
  });
}
