import type { ClientConfig } from 'pg';
import type { PostgresCredentials } from '../credentials.ts';

/** How a client reaches the server of an address, with what it shows there. Without credentials the address says it all. */
export function clientConfig(url: string, { tls, password }: PostgresCredentials): ClientConfig {
  if (tls === undefined && password === undefined) return { connectionString: url };
  const address = new URL(url);
  const to = {
    host: address.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.port || 5432),
    user: decodeURIComponent(address.username),
  };
  const own = decodeURIComponent(address.password);
  return {
    ...to,
    // Not as a connection string: the client would put the password that the string lacks over the one given here.
    database: decodeURIComponent(address.pathname.slice(1)),
    ...(password !== undefined ? { password: () => password(to) } : own === '' ? {} : { password: own }),
    ...(tls === undefined ? {} : { ssl: tls }),
  };
}
