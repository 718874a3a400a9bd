import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { BadInput } from '../../core/errors.ts';

/** In PEM form, as files or as texts: the authority that signed the members' certificates, and the client's own certificate and key. */
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
  const [ca, cert, key] = await Promise.all([read(files.ca, 'ca'), read(files.cert, 'cert'), read(files.key, 'key')]);
  return credentialsIn({ ca, cert, key });
}

/** From the texts themselves. Throws as credentialsOf does, and never says what a text holds. */
export function credentialsIn(texts: EtcdTls): EtcdCredentials {
  for (const what of ['ca', 'cert', 'key'] as const) requirePem(texts[what], what);
  try {
    return { secureContext: createSecureContext(texts) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput("etcd's TLS files", code ?? 'what TLS refuses', 'a certificate and its own key', 'name files that belong together');
  }
}

async function read(path: string, what: keyof EtcdTls): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw wrong(what, (error as NodeJS.ErrnoException).code ?? 'a file that cannot be read');
  }
}

function requirePem(text: string, what: keyof EtcdTls): void {
  if (!new RegExp(`-----BEGIN ([A-Z]+ )*${holds(what)}-----`).test(text)) throw wrong(what, 'another kind of text');
}

function wrong(what: keyof EtcdTls, got: string): BadInput {
  return new BadInput(`etcd's TLS file ${what}`, got, `a PEM file with a ${holds(what)}`, `name the right file for ${what}`);
}

function holds(what: keyof EtcdTls): string {
  return what === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
}
