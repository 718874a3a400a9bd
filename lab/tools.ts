import type { Drill } from '../core/drill.ts';
import { drills } from '../drills/index.ts';
import type { Notice, Runs, Tools } from '../lambdas/tools.ts';
import { fileCalendar } from './calendar.ts';
import { fileEvidence } from './evidence.ts';
import { executionRunning } from './execution.ts';
import type { LabFaults } from './faults.ts';
import { labMetrics } from './metrics.ts';
import type { PostgresCluster } from './postgres/cluster.ts';
import type { LabProbe } from './probe.ts';

export interface LabParts {
  cluster: PostgresCluster;
  runs: Runs;
  faults: LabFaults;
  probe: LabProbe;
  /** Folder of the run's documents. */
  evidence: string;
  notice(notice: Notice): void;
}

/** Name of the lab's store: one drill at a time, since two would measure each other. */
export function labStore(drill: Drill): string {
  return `lab/${drill.store}`;
}

/** Tools over a running cluster on this machine. */
export function labTools({ cluster, runs, faults, probe, evidence, notice }: LabParts): Tools {
  return {
    source: 'lab',
    clock: cluster.plan.clock,
    drills,
    runs,
    faults,
    probe,
    topology: {
      store: labStore,
      observe: () => cluster.observe(),
      engine: async () => ({ name: 'PostgreSQL', version: cluster.version }),
    },
    metrics: labMetrics(),
    evidence: fileEvidence(evidence),
    calendar: fileCalendar(),
    notices: { publish: async (one) => notice(one) },
    executionRunning,
  };
}
