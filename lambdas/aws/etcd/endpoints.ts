import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { BadInput } from '../../../core/errors.ts';
import type { EtcdTarget } from '../../../drills/target.ts';
import type { Credentials } from '../../../probe/credentials.ts';
import type { EtcdTls } from '../../../probe/etcd/credentials.ts';
import type { Endpoints } from '../../../probe/targets.ts';

/** Every member's client URL, and the certificate to show them. */
export async function etcdEndpoints(
  secrets: SecretsManagerClient,
  { members, tls_secret }: Pick<EtcdTarget, 'members' | 'tls_secret'>,
): Promise<{ endpoints: Endpoints; credentials: Credentials }> {
  const endpoints: Endpoints = { store: 'etcd', members: members.map(({ name, url }) => ({ name, url })) };
  if (tls_secret === null) return { endpoints, credentials: {} };
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: tls_secret }));
  return { endpoints, credentials: { etcd: tlsIn(SecretString, tls_secret) } };
}

/** Throws BadInput, and never says what the secret holds. */
function tlsIn(text: string, id: string): EtcdTls {
  const { ca, cert, key } = parsed(text);
  if (typeof ca === 'string' && typeof cert === 'string' && typeof key === 'string') return { ca, cert, key };
  throw new BadInput(`secret ${id}`, 'another kind of text', 'JSON with ca, cert and key in PEM form', 'mend the secret, or name another');
}

function parsed(text: string): { ca?: unknown; cert?: unknown; key?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
