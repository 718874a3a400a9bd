import { ask, type Credentials } from './gateway.ts';

/** One member's own account of itself; ids in hexadecimal, as etcd prints them. */
export interface Status {
  member_id: string;
  cluster_id: string;
  /** Null while it knows none. */
  leader_id: string | null;
  term: number;
  revision: number;
  db_bytes: number;
  raft_index: number;
  applied_index: number;
  learner: boolean;
  version: string;
}

/** How one member is reached. */
export interface Door {
  url: string;
  credentials: Credentials | null;
}

interface Header {
  cluster_id: string;
  member_id: string;
  revision?: string;
  raft_term?: string;
}

interface RawStatus {
  header: Header;
  version: string;
  dbSize?: string;
  leader?: string;
  raftIndex?: string;
  raftTerm?: string;
  raftAppliedIndex?: string;
  isLearner?: boolean;
}

/** Asks one member about itself: answered without a leader. */
export async function statusOf({ url, credentials }: Door, within_ms: number): Promise<Status> {
  const raw = await ask<RawStatus>(url, '/v3/maintenance/status', {}, within_ms, credentials);
  return {
    member_id: hex(raw.header.member_id),
    cluster_id: hex(raw.header.cluster_id),
    leader_id: (raw.leader ?? '0') === '0' ? null : hex(raw.leader ?? ''),
    term: Number(raw.raftTerm ?? 0),
    revision: Number(raw.header.revision ?? 0),
    db_bytes: Number(raw.dbSize ?? 0),
    raft_index: Number(raw.raftIndex ?? 0),
    applied_index: Number(raw.raftAppliedIndex ?? 0),
    learner: raw.isLearner ?? false,
    version: raw.version,
  };
}

/** One member as the cluster lists it. */
export interface Listed {
  id: string;
  peer_url: string;
  learner: boolean;
}

export async function membersOf({ url, credentials }: Door, within_ms: number): Promise<Listed[]> {
  type Raw = { ID: string; peerURLs: string[]; isLearner?: boolean };
  const { members } = await ask<{ members: Raw[] }>(url, '/v3/cluster/member/list', {}, within_ms, credentials);
  return members.map((raw) => ({ id: hex(raw.ID), peer_url: raw.peerURLs[0] ?? '', learner: raw.isLearner ?? false }));
}

/** Adds a member that is not started yet; needs a quorum. */
export async function addMember({ url, credentials }: Door, peer_url: string, learner: boolean): Promise<void> {
  await ask(url, '/v3/cluster/member/add', { peerURLs: [peer_url], isLearner: learner }, 5_000, credentials);
}

export async function removeMember({ url, credentials }: Door, id: string): Promise<void> {
  await ask(url, '/v3/cluster/member/remove', { ID: BigInt(`0x${id}`).toString() }, 5_000, credentials);
}

/** Writes one key; resolves with the revision when it is acknowledged. */
export async function put({ url, credentials }: Door, key: string, value: string, within_ms: number): Promise<number> {
  const body = { key: Buffer.from(key).toString('base64'), value: Buffer.from(value).toString('base64') };
  const { header } = await ask<{ header: Header }>(url, '/v3/kv/put', body, within_ms, credentials);
  return Number(header.revision);
}

/** Reads one key; a serializable read is answered by the member alone. Null where it is not there. */
export async function get({ url, credentials }: Door, key: string, serializable: boolean, within_ms: number): Promise<string | null> {
  const body = { key: Buffer.from(key).toString('base64'), serializable };
  const { kvs } = await ask<{ kvs?: { value?: string }[] }>(url, '/v3/kv/range', body, within_ms, credentials);
  return kvs?.[0] ? Buffer.from(kvs[0].value ?? '', 'base64').toString('utf8') : null;
}

function hex(decimal: string): string {
  return BigInt(decimal).toString(16);
}
