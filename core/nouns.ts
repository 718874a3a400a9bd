import type { StoreKind } from './topology.ts';

/** The words that the users of a store use for what holds a write, and for how many of them must. */
export interface QuorumNouns {
  /** One of what a loss takes away, such as `a broker`. */
  one: string;
  /** What `below` and `fewer than` are said of, such as `min ISR`. */
  quorum: string;
  /** Too few to acknowledge, such as `fewer copies than the quorum`. */
  fewer: string;
}

/** By the store that a drill is for. */
export const quorumNouns: { [S in StoreKind]: QuorumNouns } = {
  aurora: { one: 'a copy', quorum: 'quorum', fewer: 'fewer copies than the quorum' },
  msk: { one: 'a broker', quorum: 'min ISR', fewer: 'fewer in-sync replicas than min ISR' },
  etcd: { one: 'a voter', quorum: 'quorum', fewer: 'fewer voters than the quorum' },
};
