import { isIP } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionOptions } from '@platformatic/kafka';

/** How a client proves who it is, and whether it talks in clear; tokens are asked for anew at every log-in. */
export interface KafkaCredentials {
  /** TLS with these options; `{}` trusts what the system trusts. Left out: no TLS. */
  tls?: TlsOptions;
  /** Absent: no log-in. MSK IAM is OAUTHBEARER with a token of its own signer. */
  sasl?:
    | { mechanism: 'OAUTHBEARER'; token: () => string | Promise<string> }
    | { mechanism: 'PLAIN' | 'SCRAM-SHA-512'; username: string; password: () => string | Promise<string> };
}

/** As the client library takes them, for one broker. */
export function connectionOptions({ tls, sasl }: KafkaCredentials, host: string): ConnectionOptions {
  // A name is asked for in the handshake; an address must not be.
  return { ...(tls === undefined ? {} : { tls, tlsServerName: isIP(host) === 0 }), ...(sasl === undefined ? {} : { sasl }) };
}
