import type { KafkaClient } from '@aws-sdk/client-kafka';
import type { Clock } from '../../core/clock.ts';
import type { MskTarget } from '../../drills/target.ts';
import { describeCluster } from './msk/cluster.ts';
import { mskEndpoints } from './msk/endpoints.ts';
import { followed, restartEvents } from './msk/follow.ts';
import { observeMsk } from './msk/observe.ts';
import { mskQueries } from './msk/queries.ts';
import type { Receipts } from './msk/receipts.ts';
import type { StoreControl, StoreSide } from './store-side.ts';

export interface MskParts {
  kafka: KafkaClient;
  clock: Clock;
  receipts: Receipts;
}

/** An MSK cluster: its control plane, and the restarts that MSK carries out. */
export function mskControl(target: MskTarget, { kafka, clock, receipts }: MskParts): StoreControl {
  return {
    observe: () => observeMsk(kafka, target, clock),
    engine: async () => ({ name: 'Amazon MSK', version: (await describeCluster(kafka, target)).version }),
    queries: async () => mskQueries(target.cluster_name, await describeCluster(kafka, target)),
    follow: (experiment, token) => followed(kafka, receipts, experiment, token),
    events: (row) => restartEvents(kafka, receipts, row),
    // A restart cannot be taken back; MSK brings the broker up again by itself.
    undo: async () => undefined,
  };
}

/** The same with the way to its brokers. */
export function mskSide(target: MskTarget, parts: MskParts): StoreSide {
  return { ...mskControl(target, parts), endpoints: () => mskEndpoints(parts.kafka, target) };
}
