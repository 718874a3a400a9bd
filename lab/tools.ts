import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Runs, Tools } from '../lambdas/tools.ts';
import { fileCalendar } from './calendar.ts';
import type { LabCluster } from './cluster.ts';
import { fileEvidence } from './evidence.ts';
import { executionRunning } from './execution.ts';
import type { LabFaults } from './faults.ts';
import { labMetrics } from './metrics.ts';
import type { LabProbe } from './probe.ts';
import { labStore } from './stores.ts';

export interface LabParts {
  drill: Drill;
  cluster: LabCluster;
  clock: Clock;
  runs: Runs;
  faults: LabFaults;
  probe: LabProbe;
  /** Folder of the run's documents. */
  evidence: string;
}

/** Tools over a running cluster on this machine. */
export function labTools({ drill, cluster, clock, runs, faults, probe, evidence }: LabParts): Tools {
  return {
    source: 'lab',
    clock,
    drills: [drill],
    runs,
    faults,
    probe,
    topology: {
      store: labStore,
      observe: () => cluster.observe(),
      engine: async () => cluster.engine,
    },
    metrics: labMetrics(),
    evidence: fileEvidence(evidence),
    calendar: fileCalendar(),
    notices: { publish: async () => undefined },
    executionRunning,
  };
}
