import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { KafkaCredentials } from './kafka/credentials.ts';

/** What a probe shows to a database: a password asked for anew at every log-in, and TLS with these options. */
export interface PostgresCredentials {
  tls?: TlsOptions;
  password?: () => string | Promise<string>;
}

/** What a driver shows to its store, by protocol; nothing: it talks in clear, as in the lab. etcd's certificates are files, named by its endpoints. */
export interface Credentials {
  kafka?: KafkaCredentials;
  postgres?: PostgresCredentials;
}
