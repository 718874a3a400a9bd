import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, createSecureContext, rootCertificates } from 'node:tls';

/** Where Lambda keeps Amazon's authorities, which sign the certificates of RDS. From Node 20 on it does not load them by itself. */
const authorities = '/var/runtime/ca-cert.pem';

/**
 * TLS that trusts these authorities besides Node's own, made once, since reading them anew at each log-in takes long. Without
 * the file, which is outside of Lambda, it trusts what Node trusts: NODE_EXTRA_CA_CERTS adds to that.
 */
export async function trustedTls(file: string = authorities): Promise<ConnectionOptions> {
  try {
    const pem = await readFile(file, 'utf8');
    return { secureContext: createSecureContext({ ca: [...rootCertificates, pem] }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
