import type { EtcdEngine } from './binaries.ts';
import type { Certificates } from './certificates.ts';

/** etcd's own defaults, in milliseconds. */
export const defaultTiming: Timing = { heartbeat_ms: 100, election_timeout_ms: 1000 };

export interface Timing {
  heartbeat_ms: number;
  election_timeout_ms: number;
}

/** What a member is called and where it is found; `peer_url` is where the others dial it, which may be a link before `listen_peer_url`. */
export interface Place {
  name: string;
  client_url: string;
  peer_url: string;
  listen_peer_url: string;
}

/** How a member comes into its cluster: read only while it has no data. */
export interface Entry {
  state: 'new' | 'existing';
  /** `name=url` of each, comma-separated. */
  initial_cluster: string;
  token: string;
}

/** The list of members that etcd and its restore take. */
export function initialCluster(places: Place[]): string {
  return places.map(({ name, peer_url }) => `${name}=${peer_url}`).join(',');
}

/** The command line of a member. fsync stays at its default. */
export function memberFlags(place: Place, data: string, entry: Entry, timing: Timing, certificates: Certificates | null): string[] {
  const flags: { [name: string]: string } = {
    name: place.name,
    'data-dir': data,
    'listen-client-urls': place.client_url,
    'advertise-client-urls': place.client_url,
    'listen-peer-urls': place.listen_peer_url,
    'initial-advertise-peer-urls': place.peer_url,
    'initial-cluster': entry.initial_cluster,
    'initial-cluster-token': entry.token,
    'initial-cluster-state': entry.state,
    'heartbeat-interval': `${timing.heartbeat_ms}`,
    'election-timeout': `${timing.election_timeout_ms}`,
    logger: 'zap',
    'log-outputs': 'stderr',
    ...(certificates && tlsFlags(certificates)),
  };
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

function tlsFlags({ ca, server }: Certificates): { [name: string]: string } {
  return {
    'cert-file': server.cert,
    'key-file': server.key,
    'trusted-ca-file': ca,
    'client-cert-auth': 'true',
    'peer-cert-file': server.cert,
    'peer-key-file': server.key,
    'peer-trusted-ca-file': ca,
    'peer-client-cert-auth': 'true',
  };
}

/** Name and version as a report prints them. */
export function engineName(engine: EtcdEngine): { name: string; version: string } {
  return { name: 'etcd', version: engine.version };
}
