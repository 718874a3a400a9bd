import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KafkaClient } from '@aws-sdk/client-kafka';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../core/clock.ts';
import type { Target } from '../../drills/target.ts';
import type { Runs } from '../tools.ts';
import { auroraControl, auroraSide } from './aurora.ts';
import { receiptsIn as automationsIn } from './etcd/receipts.ts';
import { etcdControl, etcdSide } from './etcd.ts';
import { receiptsIn } from './msk/receipts.ts';
import { mskControl, mskSide } from './msk.ts';
import type { StoreControl, StoreSide } from './store-side.ts';

export interface SidesParts {
  dynamodb: DynamoDBClient;
  /** Name of the suite's table. */
  table: string;
  clock: Clock;
  runs: Pick<Runs, 'read'>;
}

/** Makes the side of a target. A function that has a driver names the one of its own store, so that it carries no other. */
export type MakeSide = (target: Target, parts: SidesParts) => StoreSide;

export const mskSideOf: MakeSide = (target, parts) => mskSide(only('msk', target), mskParts(parts));

export const auroraSideOf: MakeSide = (target, parts) =>
  auroraSide(only('aurora', target), { ...auroraParts(parts), secrets: new SecretsManagerClient() });

export const etcdSideOf: MakeSide = (target, parts) =>
  etcdSide(only('etcd', target), { ...etcdParts(parts), secrets: new SecretsManagerClient() });

/** The side of whatever store the target is. */
export const anySideOf: MakeSide = (target, parts) => {
  const make = { msk: mskSideOf, aurora: auroraSideOf, etcd: etcdSideOf };
  return make[target.store](target, parts);
};

/** The control of each target by its name, made when it is first asked for. */
export function storeControls(targetNamed: (name: string) => Target, parts: SidesParts): (name: string) => StoreControl {
  const made = new Map<string, StoreControl>();
  return (name) => {
    const control = made.get(name) ?? controlOf(targetNamed(name), parts);
    made.set(name, control);
    return control;
  };
}

function controlOf(target: Target, parts: SidesParts): StoreControl {
  switch (target.store) {
    case 'msk':
      return mskControl(target, mskParts(parts));
    case 'aurora':
      return auroraControl(target, auroraParts(parts));
    case 'etcd':
      return etcdControl(target, etcdParts(parts));
    default:
      return target satisfies never;
  }
}

const mskParts = ({ dynamodb, table, clock }: SidesParts) => ({ kafka: new KafkaClient(), clock, receipts: receiptsIn(dynamodb, table) });

const auroraParts = ({ clock, runs }: SidesParts) => ({ rds: new RDSClient(), clock, runs });

const etcdParts = ({ dynamodb, table, clock }: SidesParts) => ({
  ssm: new SSMClient(),
  s3: new S3Client(),
  clock,
  receipts: automationsIn(dynamodb, table),
});

function only<Store extends Target['store']>(store: Store, target: Target): Extract<Target, { store: Store }> {
  if (target.store === store) return target as Extract<Target, { store: Store }>;
  throw new Error(`target ${target.name}: got one of ${target.store}, wanted ${store}; this function belongs to a target of another kind`);
}
