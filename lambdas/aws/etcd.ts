import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../core/clock.ts';
import type { EtcdTarget } from '../../drills/target.ts';
import { etcdEndpoints } from './etcd/endpoints.ts';
import { faultsOf } from './etcd/fault.ts';
import { faultEvents, followed } from './etcd/follow.ts';
import { topologyOf, versionOf } from './etcd/observe.ts';
import type { Receipts } from './etcd/receipts.ts';
import { restoreIn } from './etcd/restore.ts';
import { deleteSnapshot } from './etcd/snapshots.ts';
import { statusOf } from './etcd/status.ts';
import { undone } from './etcd/undo.ts';
import type { StoreControl, StoreSide } from './store-side.ts';

export interface EtcdParts {
  ssm: SSMClient;
  s3: S3Client;
  clock: Clock;
  receipts: Receipts;
}

/** Members of etcd on instances: what their hosts tell, and what was done to them there. */
export function etcdControl(target: EtcdTarget, { ssm, s3, clock, receipts }: EtcdParts): StoreControl {
  const parts = { ssm, receipts, target };
  const forget = (automation: string) => deleteSnapshot(s3, target.snapshots, automation);
  return {
    observe: async () => topologyOf(target, await statusOf(ssm, clock, target)),
    engine: async () => ({ name: 'etcd', version: versionOf(await statusOf(ssm, clock, target)) }),
    // CloudWatch knows nothing of members that manage themselves.
    queries: () => [],
    follow: (experiment, token) => followed(parts, experiment, token),
    events: (row) => faultEvents(parts, row),
    undo: (row) => undone({ ...parts, clock, forget }, row),
    restore: async (row) => {
      const fault = (await faultsOf(parts, row)).at(-1);
      return target.snapshots === null || fault === undefined ? null : restoreIn(fault);
    },
  };
}

/** The same with the way to their data. */
export function etcdSide(target: EtcdTarget, parts: EtcdParts & { secrets: SecretsManagerClient }): StoreSide {
  return { ...etcdControl(target, parts), endpoints: () => etcdEndpoints(parts.secrets, target) };
}
