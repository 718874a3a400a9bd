import { expectRecovery as expectAurora } from './aurora/expectation.ts';
import type { Drill } from './drill.ts';
import { BadInput } from './errors.ts';
import { expectRecovery as expectEtcd, writes_target } from './etcd/expectation.ts';
import { expectClasses as expectKafka } from './kafka/expectation.ts';
import type { Expected } from './report.ts';
import type { ObservedTopology } from './topology.ts';

/** Lanes that a fault hits alike, by the names of their targets, and what they may expect. */
export interface ExpectedClass extends Expected {
  name: string;
  targets: string[];
  /** Set where a negative drill stops them: they wait for the return of what was lost, from which the expectation counts. */
  stops?: true;
}

/**
 * What each class of lanes may expect of this fault on this topology, the worst first (docs/quorum.md, section 2). `victims`
 * are those that were hit. Throws BadInput where nothing can be expected.
 */
export function expectClasses(drill: Drill, topology: ObservedTopology, victims: string[]): ExpectedClass[] {
  if (drill.store === 'aurora' && topology.store === 'aurora')
    // Writes through one endpoint to one writer: every lane is hit alike, so there is one class.
    return [
      { name: 'writes', targets: ['writer'], ...(drill.negative === undefined ? {} : { stops: true }), ...expectAurora(drill, topology) },
    ];
  if (drill.store === 'msk' && topology.store === 'msk') return expectKafka(drill, topology, victims);
  if (drill.store === 'etcd' && topology.store === 'etcd')
    return [
      {
        name: 'writes',
        targets: [writes_target],
        ...(drill.negative === undefined ? {} : { stops: true }),
        ...expectEtcd(drill, topology),
      },
    ];
  throw new BadInput(
    'expected recovery',
    `a topology of ${topology.store}`,
    `one of ${drill.store}`,
    'grade the record with its own drill',
  );
}

/** How long clients of the worst class should go without an acknowledged write; in a negative drill from the return of what was lost. */
export function expectRecovery(drill: Drill, topology: ObservedTopology, victims: string[]): Expected {
  const [worst] = expectClasses(drill, topology, victims);
  if (worst === undefined) throw new BadInput('expected recovery', 'no lanes', 'at least one class of them', 'look at the topology');
  return { lo_ms: worst.lo_ms, hi_ms: worst.hi_ms, reasons: worst.reasons };
}
