import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { BadInput } from '../../core/errors.ts';

/** Files in PEM form: the authority that signed the members' certificates, and the client's own certificate and key. */
export interface EtcdTls {
  ca: string;
  cert: string;
  key: string;
}

/** What a connection brings to TLS; nothing: then https trusts what the system trusts, and shows no certificate. */
export interface EtcdCredentials {
  secureContext?: SecureContext;
}

/** Reads the files. Throws BadInput on one that holds something else, and on a key that is not its certificate's. */
export async function credentialsOf(files: EtcdTls | undefined): Promise<EtcdCredentials> {
  if (files === undefined) return {};
  const [ca, cert, key] = await Promise.all([
    pem(files.ca, 'ca', 'CERTIFICATE'),
    pem(files.cert, 'cert', 'CERTIFICATE'),
    pem(files.key, 'key', 'PRIVATE KEY'),
  ]);
  try {
    return { secureContext: createSecureContext({ ca, cert, key }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput("etcd's TLS files", code ?? 'what TLS refuses', 'a certificate and its own key', 'name files that belong together');
  }
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
