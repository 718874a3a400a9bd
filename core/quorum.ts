import type { CommitRule } from './topology.ts';

/** Copies, how many must hold a write, and how many must answer a recovery. */
export interface QuorumRule {
  copies: number;
  write: number;
  read: number;
}

/** Aurora's storage rule: six copies, writes need four, reads need three (Aurora guide, storage and reliability). */
export const auroraRule: QuorumRule = { copies: 6, write: 4, read: 3 };

/** The least number of voters of which any two sets meet: floor(n / 2) + 1 (Raft, Paxos). */
export function majority(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** Voters that may be lost while a majority is left; an even group tolerates no more than one voter less does. */
export function spare(voters: number): number {
  return voters - majority(voters);
}

/** How many members any set of `a` and any set of `b` out of `members` have in common at least. */
export function overlap(members: number, a: number, b: number): number {
  return Math.max(0, a + b - members);
}

/** True when every recovery that sees `read` copies sees each acknowledged write: W + R > N. */
export function recoverySeesWrites(rule: QuorumRule): boolean {
  return overlap(rule.copies, rule.write, rule.read) >= 1;
}

/** The fewest copies of which one must hold any write that `write` of `copies` hold. */
export function readQuorum(copies: number, write: number): number {
  return copies - write + 1;
}

/** PostgreSQL's `ANY k (...)`: the writer and k of the listed standbys hold a write before it is acknowledged. */
export function quorumCommit(standbys: number, listed: number): QuorumRule {
  const write = standbys + 1;
  return { copies: listed + 1, write, read: readQuorum(listed + 1, write) };
}

/** Copies that hold a write when it is acknowledged, the writer included. */
export function copiesAtCommit(commit: CommitRule): number {
  return commit.mode === 'quorum' ? commit.standbys + 1 : 1;
}

/**
 * A group whose members may lie: n >= 3f + 1, and any two quorums meet in more than f members. Computed to say what it would
 * take; members inside one trust boundary crash but do not lie, so no drill needs it.
 */
export function byzantine(members: number): { faults: number; quorum: number } {
  const faults = Math.floor((members - 1) / 3);
  return { faults, quorum: Math.ceil((members + faults + 1) / 2) };
}
