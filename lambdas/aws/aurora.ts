import type { RDSClient } from '@aws-sdk/client-rds';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/clock.ts';
import type { AuroraTarget } from '../../drills/target.ts';
import type { Runs } from '../tools.ts';
import { rdsControlPlane } from './aurora/control-plane.ts';
import { auroraEndpoints } from './aurora/endpoints.ts';
import { failoverEvents, followed } from './aurora/follow.ts';
import { passwordOf } from './aurora/log-in.ts';
import { engineOf, observeAurora } from './aurora/observe.ts';
import { auroraQueries } from './aurora/queries.ts';
import type { StoreControl, StoreSide } from './store-side.ts';

export interface AuroraParts {
  rds: RDSClient;
  clock: Clock;
  /** Whom a step was admitted to hit is in its row. */
  runs: Pick<Runs, 'read'>;
}

/** An Aurora PostgreSQL cluster: its control plane, and its failovers as RDS's log tells them. */
export function auroraControl({ cluster }: AuroraTarget, { rds, clock, runs }: AuroraParts): StoreControl {
  const plane = rdsControlPlane(rds, cluster);
  return {
    observe: () => observeAurora(plane, clock),
    engine: async () => engineOf(await plane.cluster()),
    queries: () => auroraQueries(cluster),
    follow: (experiment, token) => followed({ plane, cluster, clock, runs }, experiment, token),
    events: (row) => failoverEvents({ plane, cluster, clock }, row),
    // A failover cannot be taken back; the old writer comes back as a reader by itself.
    undo: async () => undefined,
  };
}

/** The same with the way to its data. */
export function auroraSide(target: AuroraTarget, parts: AuroraParts & { secrets: SecretsManagerClient }): StoreSide {
  const plane = rdsControlPlane(parts.rds, target.cluster);
  const password = passwordOf(target, parts.secrets, parts.clock);
  return { ...auroraControl(target, parts), endpoints: () => auroraEndpoints(plane, target, password) };
}
