import type { Attempt } from '../contract.ts';
import type { GatewayAnswer } from './connection.ts';

/** How far an attempt had come when it failed: `connect` until the member had answered a greeting, then `request`. */
export type Phase = 'connect' | 'request';

export type Failure = Pick<Attempt, 'outcome'> & { outcome: 'failed' | 'indeterminate'; code: string };

/** The header of every answer: which member it is, the store's revision there, and the Raft term. */
export interface Header {
  member_id: string;
  revision: number;
  term: number;
}

export interface KeyAt {
  key: string;
  mod_revision: number;
}

/**
 * Errors that provably come before anything is proposed (docs/quorum.md, section 3): a refused connection or certificate; and what
 * a member answers before it hands the request to Raft, or what its Raft answers instead of taking it. Whatever is not listed here
 * is indeterminate: a member that timed out or lost its leader may have proposed, and one without space may have applied.
 */
const failed: { [phase in Phase]: RegExp } = {
  connect: /^(ECONNREFUSED|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|.*_SIGNED_CERT.*|UNABLE_TO_(VERIFY|GET)_.*)$/,
  request: /^(no leader|rpc not supported for learner|too many requests|raft proposal dropped)$/,
};

/** Texts of etcd's errors, which hold nothing of the request; others are named by their gRPC code, so that there are few. */
const named =
  /^(no leader|leader changed|not leader|rpc not supported for learner|too many requests|server stopped|unhealthy cluster|corrupt cluster|request is too large|request timed out.*|mvcc: .*|raft proposal dropped|permission denied|invalid auth token|user name is empty|context (canceled|deadline exceeded))$/;

export function judge(phase: Phase, code: string): Failure {
  return { outcome: failed[phase].test(code) ? 'failed' : 'indeterminate', code };
}

/** The header and keys of a success, or the code of what is none: `no leader`, `request timed out`, `grpc 14`, `http 502`. */
export function read({ status, text }: GatewayAnswer): { header: Header; keys: KeyAt[] } | { code: string } {
  const told = parsed(text);
  if (told === null) return { code: `http ${status}` };
  if (status !== 200) return { code: errorName(told, status) };
  const header = told.header as { [name: string]: unknown } | undefined;
  const revision = Number(header?.revision);
  if (!(revision > 0)) return { code: 'no revision' };
  const kvs = Array.isArray(told.kvs) ? (told.kvs as { key: string; mod_revision: string }[]) : [];
  return {
    header: { member_id: String(header?.member_id), revision, term: Number(header?.raft_term ?? 0) },
    keys: kvs.map(({ key, mod_revision }) => ({ key: Buffer.from(key, 'base64').toString(), mod_revision: Number(mod_revision) })),
  };
}

/** The code of what a socket, TLS or the connection itself said. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : 'unknown';
}

function errorName(told: { [name: string]: unknown }, status: number): string {
  // 3.4 says `error` and `message`, later ones `message` alone.
  const text = String(told.message ?? told.error ?? '').replace(/^etcdserver: /, '');
  if (named.test(text)) return text;
  return typeof told.code === 'number' ? `grpc ${told.code}` : `http ${status}`;
}

function parsed(text: string): { [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}
