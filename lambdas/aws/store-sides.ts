import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KafkaClient } from '@aws-sdk/client-kafka';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../core/clock.ts';
import type { Target } from '../../drills/target.ts';
import type { Runs } from '../tools.ts';
import { auroraSide } from './aurora.ts';
import { receiptsIn as automationsIn } from './etcd/receipts.ts';
import { etcdSide } from './etcd.ts';
import { receiptsIn } from './msk/receipts.ts';
import { mskSide } from './msk.ts';
import type { Suite } from './settings.ts';
import type { StoreSide } from './store-side.ts';

export interface SidesParts {
  dynamodb: DynamoDBClient;
  clock: Clock;
  runs: Pick<Runs, 'read'>;
}

/** The store side of each target by its name, made when it is first asked for. */
export function storeSides(suite: Suite, parts: SidesParts): (name: string) => StoreSide {
  const made = new Map<string, StoreSide>();
  return (name) => {
    const side = made.get(name) ?? sideOf(suite.targetNamed(name), suite, parts);
    made.set(name, side);
    return side;
  };
}

function sideOf(target: Target, { settings }: Suite, { dynamodb, clock, runs }: SidesParts): StoreSide {
  switch (target.store) {
    case 'msk':
      return mskSide(target, { kafka: new KafkaClient(), clock, receipts: receiptsIn(dynamodb, settings.table) });
    case 'aurora':
      return auroraSide(target, { rds: new RDSClient(), secrets: new SecretsManagerClient(), clock, runs });
    case 'etcd':
      return etcdSide(target, {
        ssm: new SSMClient(),
        s3: new S3Client(),
        secrets: new SecretsManagerClient(),
        clock,
        receipts: automationsIn(dynamodb, settings.table),
      });
    default:
      return target satisfies never;
  }
}
