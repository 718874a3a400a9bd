import type { Report } from '../core/report.ts';
import type { StoreKind } from '../core/topology.ts';

/** The words that the users of a store use for what is written, where, and where its members stand. */
export interface Nouns {
  store: StoreKind;
  /** One write, such as `record`. */
  write: string;
  writes: string;
  zone: string;
  /** How the load reaches the store. */
  through: string;
}

const nouns: { [S in StoreKind]: Nouns } = {
  aurora: { store: 'aurora', write: 'write', writes: 'writes', zone: 'Zone', through: 'through the service endpoint' },
  msk: { store: 'msk', write: 'record', writes: 'records', zone: 'Rack', through: 'over all partitions' },
  etcd: { store: 'etcd', write: 'write', writes: 'writes', zone: 'Zone', through: 'through all members' },
};

/** The words of the store that a report is about; where no topology was seen the engine's name tells. */
export function nounsOf({ topology, engine }: Pick<Report, 'topology' | 'engine'>): Nouns {
  return nouns[topology.observed?.store ?? (/kafka/i.test(engine.name) ? 'msk' : /etcd/i.test(engine.name) ? 'etcd' : 'aurora')];
}
