import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { EtcdTls } from './etcd/credentials.ts';
import type { KafkaCredentials } from './kafka/credentials.ts';

/** Where a log-in goes: a token may be good for one address alone. */
export interface LogIn {
  host: string;
  port: number;
  user: string;
}

/** What a probe shows to a database: a password asked for anew at every log-in, and TLS with these options; `{}` trusts what Node trusts. */
export interface PostgresCredentials {
  tls?: TlsOptions;
  password?: (to: LogIn) => string | Promise<string>;
}

/** What a driver shows to its store, by protocol; nothing: it talks in clear, as in the lab. */
export interface Credentials {
  kafka?: KafkaCredentials;
  postgres?: PostgresCredentials;
  /** The PEM texts themselves; in the lab they are files, named by etcd's endpoints. */
  etcd?: EtcdTls;
}
