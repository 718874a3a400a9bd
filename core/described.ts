import * as aurora from './aurora/described.ts';
import type { Drill } from './drill.ts';
import * as etcd from './etcd/described.ts';
import * as kafka from './kafka/described.ts';
import type { ObservedTopology } from './topology.ts';

/** The declared topology, in words. */
export function declaredLines(drill: Drill): string[] {
  if (drill.store === 'etcd') return etcd.declaredLines(drill.topology);
  return drill.store === 'aurora' ? aurora.declaredLines(drill.topology) : kafka.declaredLines(drill.topology);
}

/** Where the observed topology is not the declared one, whether weaker or stronger. */
export function differencesOf(drill: Drill, observed: ObservedTopology | null): string[] {
  if (observed === null) return ['the observed topology could not be read'];
  const pairs =
    drill.store === 'aurora' && observed.store === 'aurora'
      ? aurora.comparedCounts(drill.topology, observed)
      : drill.store === 'msk' && observed.store === 'msk'
        ? kafka.comparedCounts(drill.topology, observed)
        : drill.store === 'etcd' && observed.store === 'etcd'
          ? etcd.comparedCounts(drill.topology, observed)
          : null;
  if (pairs === null) return [`declared ${drill.store}, observed ${observed.store}`];
  return pairs
    .filter(([, declared, seen]) => declared !== seen)
    .map(([what, declared, seen]) => `${what}: declared ${declared}, observed ${seen}`);
}

/** What a reader should know of a topology whatever was declared. */
export function topologyFindings(observed: ObservedTopology): string[] {
  if (observed.store === 'etcd') return etcd.topologyFindings(observed);
  return observed.store === 'aurora' ? aurora.topologyFindings(observed) : kafka.topologyFindings(observed);
}
