import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { BadInput } from '../../core/errors.ts';

/** Files in PEM form: the authority that signed the members' certificates, and the client's own certificate and key. */
export interface EtcdTls {
  ca: string;
  cert: string;
  key: string;
}

/** Their contents as TLS takes them; none without files: then https trusts what the system trusts. Throws BadInput on a file that is none. */
export async function credentialsOf(files: EtcdTls | undefined): Promise<SecureContextOptions> {
  if (files === undefined) return {};
  const [ca, cert, key] = await Promise.all([
    pem(files.ca, 'ca', 'CERTIFICATE'),
    pem(files.cert, 'cert', 'CERTIFICATE'),
    pem(files.key, 'key', 'PRIVATE KEY'),
  ]);
  return { ca, cert, key };
}

async function pem(path: string, what: keyof EtcdTls, holds: string): Promise<string> {
  const wrong = (got: string) =>
    new BadInput(`etcd's TLS file ${what}`, got, `a PEM file with a ${holds}`, `name the right file for ${what}`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw wrong((error as NodeJS.ErrnoException).code ?? 'a file that cannot be read');
  }
  if (!new RegExp(`-----BEGIN ([A-Z]+ )*${holds}-----`).test(text)) throw wrong('another kind of text');
  return text;
}
